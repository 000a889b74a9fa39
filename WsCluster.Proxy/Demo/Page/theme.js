import { setText } from "./dom.js";

const key = "wscluster-theme";

/** The theme is the system's until somebody presses the button, which says what pressing it gives. */
export function startTheme(button) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (localStorage.getItem(key) ?? (system.matches ? "dark" : "light")) === "dark";
  const show = () => {
    document.documentElement.dataset.theme = isDark() ? "dark" : "light";
    setText(button, isDark() ? "Light theme" : "Dark theme");
  };
  button.addEventListener("click", () => {
    localStorage.setItem(key, isDark() ? "light" : "dark");
    show();
  });
  system.addEventListener("change", show);
  show();
}
