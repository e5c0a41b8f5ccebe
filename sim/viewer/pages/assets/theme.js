/* Dark or light as was chosen in this browser, else as its computer has it, and that before anything is drawn.
   The page of the framework asks `getThemeVariant`; "auto" cannot be its own setting, with which the page stays empty. */
vuetifyThemes = { light: { dark: false, colors: {} }, dark: { dark: true, colors: {} } };

window.getThemeVariant = () =>
  (/(?:^|; )liandong-preferences=\w+\.(dark|light)\./.exec(document.cookie) || ["", "auto"])[1];

for (const name of ["dark", "light"]) {
  document.getElementById("app").classList.toggle(`theme--${name}`, inDarkMode() === (name === "dark"));
}
