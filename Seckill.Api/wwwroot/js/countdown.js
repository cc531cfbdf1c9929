import { countdownParts } from './clock.js';
import { h, setText } from './dom.js';
import { t } from './i18n.js';

const UNITS = ['days', 'hours', 'minutes', 'seconds'];

const twoDigits = (value) => String(value).padStart(2, '0');

/** "01:23:45", with days in front when there are any. */
export function shortCountdown(durationMs) {
  const { days, hours, minutes, seconds } = countdownParts(durationMs);
  const clock = `${twoDigits(hours)}:${twoDigits(minutes)}:${twoDigits(seconds)}`;
  return days > 0 ? `${days} ${t(days === 1 ? 'unit.day' : 'unit.days')} ${clock}` : clock;
}

/** "14:52" for what never lasts an hour. */
export function minutesCountdown(durationMs) {
  const { hours, minutes, seconds } = countdownParts(durationMs);
  return `${twoDigits(hours * 60 + minutes)}:${twoDigits(seconds)}`;
}

/** The large digits of the hero. */
export class CountdownDigits {
  #host;
  #cells = new Map();

  constructor(host) {
    this.#host = host;
    for (const unit of UNITS) {
      const cell = { box: h('div', { class: 'digit' }), value: h('span', { class: 'digit-value' }), label: h('span', { class: 'digit-unit' }) };
      cell.box.append(cell.value, cell.label);
      this.#cells.set(unit, cell);
      host.append(cell.box);
    }
  }

  /** Null hides the digits. */
  show(durationMs) {
    this.#host.hidden = durationMs === null;
    if (durationMs === null) return;
    const parts = countdownParts(durationMs);
    for (const [unit, cell] of this.#cells) {
      setText(cell.value, twoDigits(parts[unit]));
      setText(cell.label, t(unit === 'days' && parts.days === 1 ? 'unit.day' : `unit.${unit}`));
      cell.box.hidden = unit === 'days' && parts.days === 0;
    }
  }
}
