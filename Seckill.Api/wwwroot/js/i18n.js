import { strings } from './strings.js';

const KEY = 'seckill.language';
const LANGUAGES = ['en', 'zh'];

let language = initialLanguage();
document.documentElement.lang = language;

export const currentLanguage = () => language;

/** Switches to the other language and remembers it. */
export function toggleLanguage() {
  language = language === 'en' ? 'zh' : 'en';
  localStorage.setItem(KEY, language);
  document.documentElement.lang = language;
}

/** The text for a key, with `{name}` replaced. An unknown key shows itself, so that it is seen and added. */
export const t = (key, values = {}) => textIn(language, key, values);

/** As {@link t}, in a language of the caller's: for a part that speaks both on a page that speaks one. */
export function textIn(chosen, key, values = {}) {
  const text = strings[chosen][key] ?? strings.en[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** True when there is a text for this key, for names that come from the server. */
export const has = (key) => key in strings.en;

/** Fills every `data-t="key"` (text) and `data-t-label="key"` (accessible name) of the page. */
export function translatePage(root = document) {
  for (const element of root.querySelectorAll('[data-t]')) element.textContent = t(element.dataset.t);
  for (const element of root.querySelectorAll('[data-t-label]')) element.setAttribute('aria-label', t(element.dataset.tLabel));
}

const locale = () => (language === 'zh' ? 'zh-CN' : 'en');

export const formatNumber = (value) => new Intl.NumberFormat(locale()).format(value);

/** Prices carry no currency in the catalog: two decimals in the reader's grouping. */
export const formatPrice = (value) =>
  new Intl.NumberFormat(locale(), { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(value);

export const formatTime = (value) =>
  new Intl.DateTimeFormat(locale(), { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false }).format(new Date(value));

export const formatDateTime = (value) =>
  new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(value));

/** A page that speaks one language says so on its root element: its dates and numbers must not follow what was chosen in the shop. */
function initialLanguage() {
  return document.documentElement.dataset.onlyLanguage ?? preferredLanguage();
}

/** What the reader chose in the shop, or what the browser asks for. */
export function preferredLanguage() {
  const stored = localStorage.getItem(KEY);
  if (LANGUAGES.includes(stored)) return stored;
  return navigator.language.startsWith('zh') ? 'zh' : 'en';
}
