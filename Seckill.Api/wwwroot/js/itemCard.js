import { minutesCountdown, shortCountdown } from './countdown.js';
import { h, setAttribute, setText } from './dom.js';
import { formatNumber, formatPrice, has, t } from './i18n.js';
import { initialOf, itemArt } from './itemArt.js';

/** Kinds whose button does something. */
const PRESSABLE = new Set(['grab', 'grab-more', 'error']);

/** Kinds of a payment whose button does something. */
const PAYABLE = new Set(['due', 'declined', 'error']);

/** What the picture of an item says across its corner; the button beside it says it to screen readers. */
const RIBBON = { reserved: 'ribbon.mine', 'pending-payment': 'ribbon.mine', paid: 'ribbon.paid', 'sold-out': 'ribbon.sold-out', closed: 'ribbon.closed' };

/** Below this share of the stock the bar turns to its warning colour. */
const LOW_STOCK = 0.2;

/** One item of the sale. Built once; `render` changes only what differs, several times a second. */
export class ItemCard {
  element;
  #art;
  #name = h('h2', { class: 'item-name' });
  #price = h('p', { class: 'price' });
  #ribbon = h('span', { class: 'ribbon', 'aria-hidden': 'true' });
  #limit = h('p', { class: 'muted small' });
  #fill = h('div', { class: 'stock-fill' });
  #bar = h('div', { class: 'stock-bar', role: 'meter', 'aria-valuemin': 0 }, this.#fill);
  #stockText = h('p', { class: 'stock-text small' });
  #place = h('dd');
  #ahead = h('dd');
  #wait = h('dd');
  #labels = [h('dt'), h('dt'), h('dt')];
  #line = h('dl', { class: 'line' }, [this.#ahead, this.#wait, this.#place].map((figure, i) => h('div', {}, this.#labels[i], figure)));
  #button = h('button', { type: 'button', class: 'grab' });
  #note = h('p', { class: 'note small' });
  #cancel = h('button', { type: 'button', class: 'quiet cancel' });

  /**
   * @param {() => void} onPress Grabs, or pays what was grabbed.
   * @param {() => void} onCancel Gives up the work for a token, or the place in line. A button of its own: whoever hammers the big one must not give up by the second blow.
   */
  constructor(item, onPress, onCancel) {
    this.#cancel.addEventListener('click', () => {
      // The focus must not fall off the page with the button that vanishes.
      this.#button.focus();
      onCancel();
    });
    this.#button.addEventListener('click', () => {
      // aria-disabled instead of disabled: keyboard focus stays on the button while it changes its state.
      if (this.#button.getAttribute('aria-disabled') !== 'true') onPress();
    });
    this.#art = itemArt(item);
    this.element = h('li', { class: 'card', 'data-sku': item.skuId },
      h('div', { class: 'art-frame' }, this.#art, this.#ribbon),
      h('div', { class: 'card-body' },
        h('div', { class: 'card-head' }, this.#name, this.#price),
        h('div', { class: 'stock' }, this.#bar, h('div', { class: 'stock-line' }, this.#stockText, this.#limit)),
        this.#line,
        this.#button,
        h('div', { class: 'note-line' }, this.#note, this.#cancel)));
  }

  render(item, state, upcoming) {
    setText(this.#name, item.name);
    setAttribute(this.#name, 'title', item.name);
    setText(this.#art.lastChild, initialOf(item.name));
    setText(this.#price, formatPrice(item.price));
    this.#ribbon.hidden = !(state.kind in RIBBON);
    if (!this.#ribbon.hidden) setText(this.#ribbon, t(RIBBON[state.kind]));
    setText(this.#limit, t('item.limit', { limit: item.perUserLimit ?? 1 }));
    this.#renderStock(item, upcoming);

    setAttribute(this.element, 'data-kind', state.kind);
    setText(this.#button, buttonText(state));
    setAttribute(this.element, 'data-pay', state.pay?.kind);
    this.#button.style.setProperty('--pay-share', String(state.pay?.share ?? 0));
    setAttribute(this.#button, 'aria-disabled', (state.pay ? isPayable(state.pay) : PRESSABLE.has(state.kind)) ? 'false' : 'true');
    setAttribute(this.#button, 'aria-busy', state.kind === 'sending' || state.kind === 'working' || state.kind === 'waiting' || isPaying(state.pay) ? 'true' : null);
    this.#button.style.setProperty('--work-share', String(state.share ?? 0));
    this.#cancel.hidden = state.kind !== 'working' && state.kind !== 'waiting';
    const cancel = t(state.kind === 'waiting' ? 'line.leave' : 'work.cancel');
    setText(this.#cancel, cancel);
    setAttribute(this.#cancel, 'aria-label', `${cancel}: ${item.name}`);
    this.#renderLine(state);
    // Without the seconds of a payment: a label that changes every second would be read out every second.
    setAttribute(this.#button, 'aria-label', `${state.pay ? t('pay.label', { price: formatPrice(state.pay.price) }) : buttonText(state)}: ${item.name}`);
    setText(this.#note, noteText(state));
  }

  #renderLine(state) {
    this.#line.hidden = state.kind !== 'waiting';
    if (this.#line.hidden) return;
    ['line.ahead', 'line.wait', 'line.place'].forEach((key, i) => setText(this.#labels[i], t(key)));
    setText(this.#ahead, formatNumber(state.ahead));
    setText(this.#wait, minutesCountdown(state.waitMs));
    setText(this.#place, formatNumber(state.place));
  }

  #renderStock(item, upcoming) {
    const left = Math.max(0, Math.min(item.left ?? item.stock, item.stock));
    const share = item.stock > 0 ? left / item.stock : 0;
    this.#fill.style.setProperty('--share', String(share));
    setAttribute(this.#bar, 'data-low', share <= LOW_STOCK && left > 0);
    setAttribute(this.#bar, 'aria-label', t('item.stock', { name: item.name }));
    setAttribute(this.#bar, 'aria-valuemax', item.stock);
    setAttribute(this.#bar, 'aria-valuenow', left);
    const unknown = item.left === null || item.left === undefined;
    const key = upcoming || unknown ? 'item.upcoming' : left === 0 ? 'item.gone' : share <= LOW_STOCK ? 'item.few' : 'item.left';
    setText(this.#stockText, t(key, { left: formatNumber(left), stock: formatNumber(item.stock) }));
  }
}

/** What a pay button says, here and in the list of orders. */
export const payText = (pay) => t(`pay.${pay.kind}`, { price: formatPrice(pay.price), time: minutesCountdown(pay.leftMs) });

/** Whether a payment is on its way. */
export const isPaying = (pay) => pay?.kind === 'sending' || pay?.kind === 'processing';

/** Whether a pay button does something. */
export const isPayable = (pay) => PAYABLE.has(pay.kind) && !pay.guarded;

function buttonText(state) {
  if (state.pay) return payText(state.pay);
  return t(`grab.${state.kind}`, {
    time: state.kind === 'countdown' ? shortCountdown(state.waitMs) : '',
    seconds: state.waitMs ? Math.ceil(state.waitMs / 1000) : 0,
  });
}

/** The sentence under the button; also what screen readers are told when the kind changes. */
export function noteText(state) {
  if (state.pay) return payNote(state.pay);
  if (state.already && state.kind !== 'reserved') return t('note.already');
  switch (state.kind) {
    case 'reserved':
    case 'pending-payment':
    case 'paid':
      return t(`note.${state.kind}`, { number: state.order.orderId });
    case 'countdown':
    case 'sold-out':
    case 'slow-down':
    case 'working':
    case 'waiting':
    case 'not-eligible':
    case 'paused':
      return t(`note.${state.kind}`);
    case 'error':
      return errorText(state.problem);
    case 'grab':
      return t(state.order ? `note.${state.order.status}` : 'note.grab');
    default:
      return '';
  }
}

function payNote(pay) {
  if (pay.kind === 'error') return errorText(pay.problem);
  return t(`note.pay.${pay.kind}`);
}

function errorText(problem) {
  if (problem.outcomeUnknown) return t('note.network');
  if (problem.status === 503) return t('note.unavailable');
  if (has(`problem.${problem.kind}`)) return t(`problem.${problem.kind}`);
  return t('note.error', { detail: problem.message });
}
