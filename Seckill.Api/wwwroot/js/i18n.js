import { strings } from './strings.js';

const KEY = 'seckill.language';
const LANGUAGES = ['en', 'zh'];

const texts = { en: { ...strings.en }, zh: { ...strings.zh } };

let language = initialLanguage();
document.documentElement.lang = language;

/** Switches to the other language and remembers it. */
export function toggleLanguage() {
  language = language === 'en' ? 'zh' : 'en';
  localStorage.setItem(KEY, language);
  document.documentElement.lang = language;
}

/** The text for a key, with `{name}` replaced. An unknown key shows itself, so that it is seen and added. */
export function t(key, values = {}) {
  const text = texts[language][key] ?? texts.en[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** Adds the texts of one page, so that the other need not load them. */
export function addStrings(more) {
  for (const each of LANGUAGES) Object.assign(texts[each], more[each]);
}

/** True when there is a text for this key, for names that come from the server. */
export const has = (key) => key in texts.en;

/** The text for a name that comes from the server; `otherwise` where these texts are older than the name. */
export const tOr = (key, otherwise) => (has(key) ? t(key) : otherwise);

/** Fills every `data-t="key"` (text) and `data-t-label="key"` (accessible name) of the page. */
export function translatePage(root = document) {
  for (const element of root.querySelectorAll('[data-t]')) element.textContent = t(element.dataset.t);
  for (const element of root.querySelectorAll('[data-t-label]')) element.setAttribute('aria-label', t(element.dataset.tLabel));
}

const locale = () => (language === 'zh' ? 'zh-CN' : 'en');

// Making a formatter costs a hundred times what using it does, and the cockpit's charts format at every frame.
const formatters = new Map();

function formatter(kind, make) {
  const key = `${language}:${kind}`;
  if (!formatters.has(key)) formatters.set(key, make(locale()));
  return formatters.get(key);
}

export const formatNumber = (value) => formatter('number', (name) => new Intl.NumberFormat(name)).format(value);

/** Prices carry no currency in the catalog: two decimals in the reader's grouping. */
export const formatPrice = (value) =>
  formatter('price', (name) => new Intl.NumberFormat(name, { minimumFractionDigits: 2, maximumFractionDigits: 2 })).format(value);

export const formatShare = (value) => formatter('share', (name) => new Intl.NumberFormat(name, { style: 'percent', maximumFractionDigits: 1 })).format(value);

export const formatTime = (value) =>
  formatter('time', (name) => new Intl.DateTimeFormat(name, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false })).format(new Date(value));

export const formatDateTime = (value) => formatter('date', (name) => new Intl.DateTimeFormat(name, { dateStyle: 'medium', timeStyle: 'short' })).format(new Date(value));

/** To the second: of what was done, and when it failed. */
export const formatMoment = (value) => formatter('moment', (name) => new Intl.DateTimeFormat(name, { dateStyle: 'medium', timeStyle: 'medium' })).format(new Date(value));

/** From one time to another; a day that both share is said once. */
export const formatPeriod = (from, to) =>
  formatter('period', (name) => new Intl.DateTimeFormat(name, { dateStyle: 'medium', timeStyle: 'short' })).formatRange(new Date(from), new Date(to));

/** What the reader chose before, or what the browser asks for. */
function initialLanguage() {
  const stored = localStorage.getItem(KEY);
  if (LANGUAGES.includes(stored)) return stored;
  return navigator.language.startsWith('zh') ? 'zh' : 'en';
}
