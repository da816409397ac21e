#include "ConsolePage.h"

// The files are part of the program, so that it needs nothing beside itself.
#pragma clang diagnostic ignored "-Wc23-extensions"

// A new file needs two lines here: its bytes and its place in the table.

static const unsigned char index_html[] = {
#embed "web/index.html"
};
static const unsigned char actions_js[] = {
#embed "web/console/actions.js"
};
static const unsigned char admin_js[] = {
#embed "web/console/admin.js"
};
static const unsigned char api_js[] = {
#embed "web/console/api.js"
};
static const unsigned char app_css[] = {
#embed "web/console/app.css"
};
static const unsigned char call_js[] = {
#embed "web/console/call.js"
};
static const unsigned char charts_js[] = {
#embed "web/console/charts.js"
};
static const unsigned char composer_js[] = {
#embed "web/console/composer.js"
};
static const unsigned char conversation_js[] = {
#embed "web/console/conversation.js"
};
static const unsigned char customer_js[] = {
#embed "web/console/customer.js"
};
static const unsigned char dialog_js[] = {
#embed "web/console/dialog.js"
};
static const unsigned char dom_js[] = {
#embed "web/console/dom.js"
};
static const unsigned char en_js[] = {
#embed "web/console/en.js"
};
static const unsigned char es_js[] = {
#embed "web/console/es.js"
};
static const unsigned char events_js[] = {
#embed "web/console/events.js"
};
static const unsigned char i18n_js[] = {
#embed "web/console/i18n.js"
};
static const unsigned char icon_svg[] = {
#embed "web/console/icon.svg"
};
static const unsigned char icons_js[] = {
#embed "web/console/icons.js"
};
static const unsigned char keyboard_js[] = {
#embed "web/console/keyboard.js"
};
static const unsigned char layout_css[] = {
#embed "web/console/layout.css"
};
static const unsigned char listen_js[] = {
#embed "web/console/listen.js"
};
static const unsigned char loading_js[] = {
#embed "web/console/loading.js"
};
static const unsigned char main_js[] = {
#embed "web/console/main.js"
};
static const unsigned char message_js[] = {
#embed "web/console/message.js"
};
static const unsigned char notifications_js[] = {
#embed "web/console/notifications.js"
};
static const unsigned char package_js[] = {
#embed "web/console/package.js"
};
static const unsigned char parts_css[] = {
#embed "web/console/parts.css"
};
static const unsigned char people_js[] = {
#embed "web/console/people.js"
};
static const unsigned char player_js[] = {
#embed "web/console/player.js"
};
static const unsigned char queue_js[] = {
#embed "web/console/queue.js"
};
static const unsigned char recorder_worklet_js[] = {
#embed "web/console/recorder-worklet.js"
};
static const unsigned char settings_js[] = {
#embed "web/console/settings.js"
};
static const unsigned char shell_js[] = {
#embed "web/console/shell.js"
};
static const unsigned char signin_js[] = {
#embed "web/console/signin.js"
};
static const unsigned char socket_js[] = {
#embed "web/console/socket.js"
};
static const unsigned char statistics_js[] = {
#embed "web/console/statistics.js"
};
static const unsigned char store_js[] = {
#embed "web/console/store.js"
};
static const unsigned char theme_js[] = {
#embed "web/console/theme.js"
};
static const unsigned char time_js[] = {
#embed "web/console/time.js"
};
static const unsigned char toast_js[] = {
#embed "web/console/toast.js"
};
static const unsigned char voice_js[] = {
#embed "web/console/voice.js"
};
static const unsigned char wall_js[] = {
#embed "web/console/wall.js"
};
static const unsigned char waterfall_js[] = {
#embed "web/console/waterfall.js"
};
static const unsigned char wav_js[] = {
#embed "web/console/wav.js"
};

#define TEXT "; charset=utf-8"
#define FILE_AT(path, type, name) {path, type, name, sizeof name}

static const struct console_file files[] = {
  FILE_AT("/", "text/html" TEXT, index_html),
  FILE_AT("/console/actions.js", "text/javascript" TEXT, actions_js),
  FILE_AT("/console/admin.js", "text/javascript" TEXT, admin_js),
  FILE_AT("/console/api.js", "text/javascript" TEXT, api_js),
  FILE_AT("/console/app.css", "text/css" TEXT, app_css),
  FILE_AT("/console/call.js", "text/javascript" TEXT, call_js),
  FILE_AT("/console/charts.js", "text/javascript" TEXT, charts_js),
  FILE_AT("/console/composer.js", "text/javascript" TEXT, composer_js),
  FILE_AT("/console/conversation.js", "text/javascript" TEXT, conversation_js),
  FILE_AT("/console/customer.js", "text/javascript" TEXT, customer_js),
  FILE_AT("/console/dialog.js", "text/javascript" TEXT, dialog_js),
  FILE_AT("/console/dom.js", "text/javascript" TEXT, dom_js),
  FILE_AT("/console/en.js", "text/javascript" TEXT, en_js),
  FILE_AT("/console/es.js", "text/javascript" TEXT, es_js),
  FILE_AT("/console/events.js", "text/javascript" TEXT, events_js),
  FILE_AT("/console/i18n.js", "text/javascript" TEXT, i18n_js),
  FILE_AT("/console/icon.svg", "image/svg+xml", icon_svg),
  FILE_AT("/console/icons.js", "text/javascript" TEXT, icons_js),
  FILE_AT("/console/keyboard.js", "text/javascript" TEXT, keyboard_js),
  FILE_AT("/console/layout.css", "text/css" TEXT, layout_css),
  FILE_AT("/console/listen.js", "text/javascript" TEXT, listen_js),
  FILE_AT("/console/loading.js", "text/javascript" TEXT, loading_js),
  FILE_AT("/console/main.js", "text/javascript" TEXT, main_js),
  FILE_AT("/console/message.js", "text/javascript" TEXT, message_js),
  FILE_AT("/console/notifications.js", "text/javascript" TEXT, notifications_js),
  FILE_AT("/console/package.js", "text/javascript" TEXT, package_js),
  FILE_AT("/console/parts.css", "text/css" TEXT, parts_css),
  FILE_AT("/console/people.js", "text/javascript" TEXT, people_js),
  FILE_AT("/console/player.js", "text/javascript" TEXT, player_js),
  FILE_AT("/console/queue.js", "text/javascript" TEXT, queue_js),
  FILE_AT("/console/recorder-worklet.js", "text/javascript" TEXT, recorder_worklet_js),
  FILE_AT("/console/settings.js", "text/javascript" TEXT, settings_js),
  FILE_AT("/console/shell.js", "text/javascript" TEXT, shell_js),
  FILE_AT("/console/signin.js", "text/javascript" TEXT, signin_js),
  FILE_AT("/console/socket.js", "text/javascript" TEXT, socket_js),
  FILE_AT("/console/statistics.js", "text/javascript" TEXT, statistics_js),
  FILE_AT("/console/store.js", "text/javascript" TEXT, store_js),
  FILE_AT("/console/theme.js", "text/javascript" TEXT, theme_js),
  FILE_AT("/console/time.js", "text/javascript" TEXT, time_js),
  FILE_AT("/console/toast.js", "text/javascript" TEXT, toast_js),
  FILE_AT("/console/voice.js", "text/javascript" TEXT, voice_js),
  FILE_AT("/console/wall.js", "text/javascript" TEXT, wall_js),
  FILE_AT("/console/waterfall.js", "text/javascript" TEXT, waterfall_js),
  FILE_AT("/console/wav.js", "text/javascript" TEXT, wav_js),
};

const struct console_file *console_files(void) { return files; }

unsigned long console_file_count(void) { return sizeof files / sizeof files[0]; }
