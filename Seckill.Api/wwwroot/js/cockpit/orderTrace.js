import { byId, h, setText } from '../dom.js';
import { formatMoment, formatNumber, t, tOr } from '../i18n.js';
import { withShare } from './bars.js';
import { problemText } from './fields.js';

/** The way of one order, step by step: when each was reached, and how long it took from the one before. */
export class OrderTrace {
  #api;
  #trace = null;
  #problem = null;

  constructor(api) {
    this.#api = api;
    byId('trace-form').addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#load(byId('trace-order').value.trim());
    });
  }

  async #load(orderId) {
    if (orderId === '') return;
    [this.#trace, this.#problem] = [null, null];
    try {
      this.#trace = await this.#api.orderTrace(orderId);
    } catch (problem) {
      this.#problem = problem;
    }
    this.render();
  }

  render() {
    const note = byId('trace-note');
    note.hidden = !this.#problem && !this.#trace;
    byId('trace-steps').replaceChildren(...(this.#trace ? this.#steps() : []));
    if (this.#problem) setText(note, this.#problem.kind === 'unknown-order' ? t('trace.unknown') : problemText(this.#problem));
    else if (this.#trace) setText(note, t(this.#trace.steps.length > 0 ? 'trace.found' : 'trace.empty', { order: this.#trace.orderId, trace: this.#trace.traceId ?? '–' }));
  }

  #steps() {
    const { steps } = this.#trace;
    const whole = Math.max(1, ...steps.map(({ sinceFirstMs }) => sinceFirstMs));
    return steps.map(({ step, at, sinceFirstMs }, index) => {
      const before = index > 0 ? steps[index - 1].sinceFirstMs : 0;
      const bar = withShare(h('span', { class: 'trace-bar', 'aria-hidden': 'true' }), Math.max(0, sinceFirstMs - before) / whole);
      bar.style.setProperty('--start', String(Math.max(0, before) / whole));
      return h('li', { 'data-step': step },
        h('span', { class: 'trace-name' }, tOr(`step.${step}`, step)),
        bar,
        h('span', { class: 'number' }, index === 0 ? formatMoment(at) : `+${formatNumber(Math.round((sinceFirstMs - before) * 10) / 10)} ms`),
        h('span', { class: 'number muted' }, `${formatNumber(Math.round(sinceFirstMs * 10) / 10)} ms`));
    });
  }
}
