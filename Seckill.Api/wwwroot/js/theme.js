const KEY = 'seckill.theme';
const THEMES = ['auto', 'light', 'dark'];

/** What the reader chose: `auto` follows the device. */
export const currentTheme = () => (THEMES.includes(localStorage.getItem(KEY)) ? localStorage.getItem(KEY) : 'auto');

/** Applies the choice. Every colour of base.css is a pair that follows `color-scheme`, so nothing else need know. */
export function applyTheme() {
  const theme = currentTheme();
  document.documentElement.style.colorScheme = theme === 'auto' ? '' : theme;
}

/** Goes on to the next theme and remembers it. */
export function nextTheme() {
  localStorage.setItem(KEY, THEMES[(THEMES.indexOf(currentTheme()) + 1) % THEMES.length]);
  applyTheme();
  dispatchEvent(new Event('themechange'));
}

/** Calls back whenever colours may have changed, by choice or by the device. */
export function onThemeChange(callback) {
  addEventListener('themechange', callback);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', callback);
}
