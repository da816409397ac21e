// The drawings, each a path in a box of 24.

import { svg } from "./dom.js";

const paths = {
  queue: "M4 6h16M4 12h16M4 18h10",
  wall: "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
  chart: "M5 20V11M12 20V4M19 20v-7",
  admin: "M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6z",
  phone: "M6 3h4l2 5-3 2a11 11 0 0 0 5 5l2-3 5 2v4a2 2 0 0 1-2 2A16 16 0 0 1 4 5a2 2 0 0 1 2-2z",
  chat: "M4 5h16v11H9l-5 4z",
  back: "M15 5l-7 7 7 7",
  close: "M6 6l12 12M18 6L6 18",
  send: "M4 12l16-8-6 16-3-6z",
  mic: "M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM5 11a7 7 0 0 0 14 0M12 18v3",
  stop: "M7 7h10v10H7z",
  play: "M8 5l11 7-11 7z",
  pause: "M8 5v14M16 5v14",
  reply: "M10 8L4 12l6 4M4 12h10c4 0 6 2 6 6",
  buttons: "M4 7h16v4H4zM4 14h16v4H4z",
  listen: "M4 14v-2a8 8 0 0 1 16 0v2M4 14h4v6H5a1 1 0 0 1-1-1zM20 14h-4v6h3a1 1 0 0 0 1-1z",
  bell: "M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4",
  moon: "M20 14A8 8 0 1 1 10 4a7 7 0 0 0 10 10z",
  help: "M9 9a3 3 0 1 1 4 3c-1 .6-1 1-1 2M12 18v.5",
  out: "M10 4H5v16h5M14 8l4 4-4 4M18 12H9",
  info: "M12 8v.5M12 11v6M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
  person: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4 21c0-4 4-6 8-6s8 2 8 6",
  robot: "M12 3v4M5 8h14v10H5zM9 12v2M15 12v2M2 12v3M22 12v3",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3 2",
  warning: "M12 4L3 20h18zM12 10v5M12 17.5v.5",
  tick: "M4 13l5 5L20 6",
  ticks: "M2 13l5 5L17 6M11 17l1 1L22 7",
  coach: "M4 5h16v11H9l-5 4zM12 8v3M12 13.2v.3",
};

/** The drawing of that name; it is decoration, so what it says must be said in text as well. */
export function icon(name, size = 18) {
  return svg("svg", { viewBox: "0 0 24 24", width: size, height: size, class: `icon icon-${name}`, fill: "none",
    stroke: "currentColor", "stroke-width": 1.8, "stroke-linecap": "round", "stroke-linejoin": "round",
    "aria-hidden": "true", focusable: "false" }, svg("path", { d: paths[name] ?? "" }));
}

/** The drawing of a channel. */
export const channelIcon = (channel, size = 16) => icon(isPhone(channel) ? "phone" : "chat", size);

/** Whether a channel is the telephone. */
export const isPhone = (channel) => channel === "phone" || channel === "call" || channel === "sip";
