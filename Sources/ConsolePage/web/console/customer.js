// Who the customer is and over which channels they came.

import { h } from "./dom.js";
import { channelIcon, icon } from "./icons.js";
import { t } from "./i18n.js";
import { customerName, kindName } from "./queue.js";
import { nameOf } from "./store.js";
import { remaining, stamp } from "./time.js";

/** The card of the open conversation's customer. */
export function customerCard({ conversation, past }) {
  const customer = conversation?.customer;
  return h("section", { class: "card", "aria-labelledby": "customer-title", testid: "customer" },
    h("header", {}, h("h3", { id: "customer-title" }, icon("person", 16), t("customer.title"))),
    h("p", { class: "lead" }, customerName(customer)),
    h("dl", { class: "facts" },
      (customer?.identities ?? []).map((one) => fact(t(`identity.${one.kind}`), one.value)),
      conversation?.created_at && fact(t("customer.since"), stamp(conversation.created_at))),
    conversation?.channels?.length ? h("div", { class: "part" }, h("h4", {}, t("customer.channels")), h("ul", { class: "channels" },
      conversation.channels.map((one) => h("li", {}, channelIcon(one.channel), h("span", {}, t(`channel.${one.channel}`)),
        one.last_customer_at && h("small", {}, t("customer.last", { at: stamp(one.last_customer_at) })),
        one.window_ends_at && remaining(one.window_ends_at, { soon: 3600, rough: true, over: t("window.closed"),
          label: (left) => t("window.left", { left }) }))))) : null,
    history(past ?? []));
}

const fact = (name, value) => h("div", {}, h("dt", {}, name), h("dd", {}, value));

/** The wishes for a person that were there before. */
function history(known) {
  if (!known.length) return null;
  return h("div", { class: "part" }, h("h4", {}, t("customer.history")), h("ul", {}, known.map((one) =>
    h("li", {}, kindName(one.kind), ": ", one.reason ?? "", " ", h("small", {}, h("time", { datetime: one.created_at }, stamp(one.created_at)),
      one.person && ` · ${nameOf(one.person)}`)))));
}
