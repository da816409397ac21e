#define _GNU_SOURCE
#include "include/CLinux.h"

#include <arpa/inet.h>
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

_Static_assert(EPOLLIN == 0x001 && EPOLLERR == 0x008, "epoll flags");
_Static_assert(sizeof(struct clinux_mmsghdr) == sizeof(struct mmsghdr), "mmsghdr size");
_Static_assert(offsetof(struct clinux_mmsghdr, msg_hdr) == offsetof(struct mmsghdr, msg_hdr), "mmsghdr.msg_hdr");
_Static_assert(offsetof(struct clinux_mmsghdr, msg_len) == offsetof(struct mmsghdr, msg_len), "mmsghdr.msg_len");
_Static_assert(sizeof(pthread_t) <= sizeof(uint64_t), "pthread_t");

// The realtime sanitizer's runtime defines these; without it the symbols are null.
extern void __rtsan_realtime_enter(void) __attribute__((weak));
extern void __rtsan_realtime_exit(void) __attribute__((weak));
extern void __rtsan_disable(void) __attribute__((weak));
extern void __rtsan_enable(void) __attribute__((weak));

void clinux_realtime_enter(void) {
  if (__rtsan_realtime_enter) __rtsan_realtime_enter();
}

void clinux_realtime_exit(void) {
  if (__rtsan_realtime_exit) __rtsan_realtime_exit();
}

// The sanitizer takes every read, send and the like for one that may wait. Those between these two can't: their
// descriptors are non-blocking.
static void never_waits(void) {
  if (__rtsan_disable) __rtsan_disable();
}

static void may_wait(void) {
  if (__rtsan_enable) __rtsan_enable();
}

static int negated(int result) { return result < 0 ? -errno : result; }

int clinux_epoll_create(void) { return negated(epoll_create1(EPOLL_CLOEXEC)); }

static int epoll_change(int epoll, int op, int fd, uint32_t events, uint64_t data) {
  struct epoll_event event = {.events = events, .data = {.u64 = data}};
  never_waits();
  int result = negated(epoll_ctl(epoll, op, fd, &event));
  may_wait();
  return result;
}

int clinux_epoll_add(int epoll, int fd, uint32_t events, uint64_t data) {
  return epoll_change(epoll, EPOLL_CTL_ADD, fd, events, data);
}

int clinux_epoll_modify(int epoll, int fd, uint32_t events, uint64_t data) {
  return epoll_change(epoll, EPOLL_CTL_MOD, fd, events, data);
}

int clinux_epoll_remove(int epoll, int fd) { return epoll_change(epoll, EPOLL_CTL_DEL, fd, 0, 0); }

int clinux_epoll_wait(int epoll, struct clinux_ready *ready, int capacity, int timeout_ms) {
  struct epoll_event events[256];
  if (capacity > 256) capacity = 256;
  int count = epoll_wait(epoll, events, capacity, timeout_ms);
  if (count < 0) return -errno;
  for (int i = 0; i < count; i++) {
    // The kernel's structure is packed on x86-64; ours is not, so that Swift can lay it out.
    ready[i].events = events[i].events;
    ready[i].data = events[i].data.u64;
  }
  return count;
}

int clinux_timer_create(void) { return negated(timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC)); }

int clinux_timer_set(int timer, int64_t first_ns, int64_t interval_ns) {
  struct itimerspec spec = {
      .it_value = {.tv_sec = first_ns / 1000000000, .tv_nsec = first_ns % 1000000000},
      .it_interval = {.tv_sec = interval_ns / 1000000000, .tv_nsec = interval_ns % 1000000000},
  };
  never_waits();
  int result = negated(timerfd_settime(timer, TFD_TIMER_ABSTIME, &spec, NULL));
  may_wait();
  return result;
}

static int64_t counter_read(int fd) {
  uint64_t count = 0;
  never_waits();
  ssize_t got = read(fd, &count, sizeof count);
  may_wait();
  return got == sizeof count ? (int64_t)count : 0;
}

int64_t clinux_timer_read(int timer) { return counter_read(timer); }

int64_t clinux_boottime_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_BOOTTIME, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int clinux_event_create(void) { return negated(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)); }

int clinux_event_signal(int event) {
  uint64_t one = 1;
  never_waits();
  int result = write(event, &one, sizeof one) == sizeof one ? 0 : -errno;
  may_wait();
  return result;
}

int64_t clinux_event_read(int event) { return counter_read(event); }

int clinux_event_wait(int event, int timeout_ms) {
  struct pollfd descriptor = {.fd = event, .events = POLLIN};
  return negated(poll(&descriptor, 1, timeout_ms));
}

int clinux_udp_bind(const struct sockaddr *address, socklen_t length, int buffer_bytes) {
  int fd = socket(address->sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  if (address->sa_family == AF_INET6) {
    // One family a socket: what arrives is then never a v4-mapped address, and `::` doesn't take IPv4's ports.
    int only = 1;
    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only);
  }
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer_bytes, sizeof buffer_bytes);
  setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer_bytes, sizeof buffer_bytes);
  // Expedited forwarding (RFC 3246), as RFC 4594 asks of telephony.
  int traffic_class = 0xB8;
  if (address->sa_family == AF_INET6) {
    setsockopt(fd, IPPROTO_IPV6, IPV6_TCLASS, &traffic_class, sizeof traffic_class);
  } else {
    setsockopt(fd, IPPROTO_IP, IP_TOS, &traffic_class, sizeof traffic_class);
  }
  if (bind(fd, address, length) < 0) {
    int error = errno;
    close(fd);
    return -error;
  }
  return fd;
}

ssize_t clinux_receive(int fd, void *bytes, size_t capacity, struct sockaddr_storage *from, socklen_t *from_length) {
  // MSG_TRUNC: the datagram's true length, so that one longer than the buffer can be told from one that fits.
  never_waits();
  ssize_t count = recvfrom(fd, bytes, capacity, MSG_DONTWAIT | MSG_TRUNC, (struct sockaddr *)from, from_length);
  if (count < 0) count = -errno;
  may_wait();
  return count;
}

ssize_t clinux_send(int fd, const void *bytes, size_t count, const struct sockaddr_storage *to, socklen_t to_length) {
  never_waits();
  ssize_t sent = sendto(fd, bytes, count, MSG_DONTWAIT | MSG_NOSIGNAL, (const struct sockaddr *)to, to ? to_length : 0);
  if (sent < 0) sent = -errno;
  may_wait();
  return sent;
}

int clinux_udp_connect(int fd, const struct sockaddr_storage *to, socklen_t to_length) {
  struct sockaddr nobody = {.sa_family = AF_UNSPEC};
  never_waits();
  int result = negated(to ? connect(fd, (const struct sockaddr *)to, to_length) : connect(fd, &nobody, sizeof nobody));
  may_wait();
  return result;
}

int clinux_local_port(int fd) {
  struct sockaddr_storage address;
  socklen_t length = sizeof address;
  if (getsockname(fd, (struct sockaddr *)&address, &length) < 0) return -errno;
  if (address.ss_family == AF_INET) return ntohs(((struct sockaddr_in *)&address)->sin_port);
  if (address.ss_family == AF_INET6) return ntohs(((struct sockaddr_in6 *)&address)->sin6_port);
  return -EAFNOSUPPORT;
}

int clinux_close(int fd) {
  never_waits();
  int result = negated(close(fd));
  may_wait();
  return result;
}

int clinux_recvmmsg(int fd, struct clinux_mmsghdr *messages, unsigned int count) {
  return negated(recvmmsg(fd, (struct mmsghdr *)messages, count, MSG_DONTWAIT, NULL));
}

int clinux_sendmmsg(int fd, struct clinux_mmsghdr *messages, unsigned int count) {
  return negated(sendmmsg(fd, (struct mmsghdr *)messages, count, MSG_DONTWAIT | MSG_NOSIGNAL));
}

struct thread_start {
  void (*body)(void *);
  void *context;
};

static void *thread_main(void *argument) {
  struct thread_start start = *(struct thread_start *)argument;
  free(argument);
  start.body(start.context);
  return NULL;
}

int clinux_thread_start(uint64_t *thread, void (*body)(void *), void *context) {
  struct thread_start *start = malloc(sizeof *start);
  if (!start) return -ENOMEM;
  *start = (struct thread_start){.body = body, .context = context};
  pthread_t handle;
  int error = pthread_create(&handle, NULL, thread_main, start);
  if (error) {
    free(start);
    return -error;
  }
  *thread = (uint64_t)handle;
  return 0;
}

int clinux_thread_join(uint64_t thread) { return -pthread_join((pthread_t)thread, NULL); }

int clinux_thread_name(const char *name) {
  char cut[16];
  snprintf(cut, sizeof cut, "%s", name);
  return -pthread_setname_np(pthread_self(), cut);
}

int clinux_thread_pin(int core) {
  if (core < 0 || core >= CPU_SETSIZE) return -EINVAL;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  return -pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

int clinux_thread_fifo(int priority) {
  struct sched_param parameter = {.sched_priority = priority};
  return -pthread_setschedparam(pthread_self(), SCHED_FIFO, &parameter);
}

int clinux_thread_timer_slack(unsigned long nanoseconds) {
  return negated(prctl(PR_SET_TIMERSLACK, nanoseconds, 0, 0, 0));
}

int64_t clinux_thread_cpu_ns(void) {
  struct timespec used;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
}

int clinux_become_user(const char *name, uid_t user, gid_t group) {
  if (initgroups(name, group) < 0 || setresgid(group, group, group) < 0) return -errno;
  if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0 || setresuid(user, user, user) < 0) return -errno;
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct kept[2] = {{
      .effective = 1 << CAP_NET_BIND_SERVICE,
      .permitted = 1 << CAP_NET_BIND_SERVICE,
  }};
  if (syscall(SYS_capset, &header, kept) < 0) return -errno;
  if (prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return -errno;
  return 0;
}

int clinux_spawn_close_from(posix_spawn_file_actions_t *actions, int first) {
  return -posix_spawn_file_actions_addclosefrom_np(actions, first);
}

int clinux_ephemeral_ports(int *low, int *high) {
  FILE *file = fopen("/proc/sys/net/ipv4/ip_local_port_range", "re");
  if (!file) return -errno;
  int found = fscanf(file, "%d %d", low, high);
  fclose(file);
  return found == 2 ? 0 : -EINVAL;
}
