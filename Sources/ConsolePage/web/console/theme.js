// Light, dark, or as the system says.

const themes = ["system", "light", "dark"];

/** The theme that was chosen. */
export const theme = () => (themes.includes(localStorage.getItem("theme")) ? localStorage.getItem("theme") : "system");

/** Puts the chosen theme on the page. */
export function applyTheme() {
  document.documentElement.dataset.theme = theme();
}

/** Chooses a theme and remembers it. */
export function setTheme(name) {
  localStorage.setItem("theme", name);
  applyTheme();
}
