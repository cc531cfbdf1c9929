import { h } from '../dom.js';
import { formatNumber, t } from '../i18n.js';

/** Sets the share that a bar fills, 0 to 1. By the object model: the pages' policy takes no style attributes. */
export function withShare(element, share) {
  element.style.setProperty('--share', String(share));
  return element;
}

/** Fills a list with named counts, largest first, each with a bar beside it. */
export function renderBars(list, counts, nameOf) {
  const rows = Object.entries(counts ?? {}).filter(([, count]) => count > 0).sort((a, b) => b[1] - a[1]);
  const top = Math.max(1, ...rows.map(([, count]) => count));
  list.replaceChildren(...(rows.length > 0
    ? rows.map(([name, count]) => h('div', { 'data-count': name }, h('dt', {}, nameOf(name)), h('dd', {}, formatNumber(count)), withShare(h('dd', { class: 'meter', 'aria-hidden': 'true' }), count / top)))
    : [h('div', {}, h('dt', { class: 'muted' }, t('bars.none')))]));
}
