import { h, setText } from '../dom.js';
import { t } from '../i18n.js';
import { numberOrNull } from './fields.js';

/** Name in the request, and what its input is like; `off` says when it means nothing. */
const NUMBERS = [
  ['ratePerSecond', () => false],
  ['burst', (fields) => !(fields.number('ratePerSecond') > 0)],
  ['proofOfWorkBits', (fields) => fields.token === 'none'],
  ['waitingRoom.admitPerSecond', (fields) => fields.token === 'none'],
  ['waitingRoom.maxWaiting', (fields) => fields.token === 'none' || !(fields.number('waitingRoom.admitPerSecond') > 0)],
];

const TOKENS = ['none', 'required', 'single-use'];

/** How a sale lets users in: the same fields in the form of a new sale and in the limits of a running one. What means nothing without another is disabled, and not sent. */
export class AdmissionFields {
  #root;
  #numbers = new Map();
  #select = h('select', { name: 'grabToken', 'data-admission': 'grabToken' });
  #labels = [];

  constructor(root) {
    this.#root = root;
    this.#select.append(...TOKENS.map((value) => this.#translated(`token.${value}`, h('option', { value }))));
    const rows = NUMBERS.map(([name]) => {
      const input = h('input', { name, inputmode: 'numeric', autocomplete: 'off', 'data-admission': name });
      this.#numbers.set(name, input);
      return this.#field(name, input);
    });
    rows.splice(2, 0, this.#field('grabToken', this.#select));
    root.replaceChildren(...rows);
    root.addEventListener('input', () => this.#enable());
    this.show({});
  }

  get token() {
    return this.#select.value;
  }

  number = (name) => numberOrNull(this.#numbers.get(name).value.trim());

  translate() {
    for (const [key, element] of this.#labels) setText(element, t(key));
  }

  /** @param {object} admission As in a sale; absent parts are empty. */
  show(admission) {
    this.#select.value = admission.grabToken ?? 'none';
    const put = (name, value) => { this.#numbers.get(name).value = value ? String(value) : ''; };
    put('ratePerSecond', admission.ratePerSecond);
    put('burst', admission.burst);
    put('proofOfWorkBits', admission.proofOfWorkBits);
    put('waitingRoom.admitPerSecond', admission.waitingRoom?.admitPerSecond);
    put('waitingRoom.maxWaiting', admission.waitingRoom?.maxWaiting);
    this.#enable();
  }

  /** As the request wants it. What cannot be read as a number goes as it stands: the server names the fault. */
  read() {
    const value = (name) => {
      const input = this.#numbers.get(name);
      const text = input.disabled ? '' : input.value.trim();
      return text === '' ? null : numberOrNull(text) ?? text;
    };
    const admitPerSecond = value('waitingRoom.admitPerSecond');
    return {
      ratePerSecond: value('ratePerSecond'), burst: value('burst'), grabToken: this.token, proofOfWorkBits: value('proofOfWorkBits'),
      waitingRoom: admitPerSecond === null ? null : { admitPerSecond, maxWaiting: value('waitingRoom.maxWaiting') },
    };
  }

  /** The input that a fault of the server names: `ratePerSecond`, `waitingRoom.maxWaiting`, … */
  inputOf = (name) => (name === 'grabToken' ? this.#select : this.#numbers.get(name === 'waitingRoom' ? 'waitingRoom.admitPerSecond' : name) ?? null);

  #field(name, input) {
    return h('label', { class: 'field' }, this.#translated(`admission.${name}`, h('span')), input, this.#translated(`admission.${name}.hint`, h('small', { class: 'muted' })), h('em', { class: 'field-error' }));
  }

  #translated(key, element) {
    this.#labels.push([key, element]);
    setText(element, t(key));
    return element;
  }

  #enable() {
    for (const [name, off] of NUMBERS) this.#numbers.get(name).disabled = off(this);
  }
}
