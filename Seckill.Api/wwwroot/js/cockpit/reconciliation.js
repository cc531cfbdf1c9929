import { byId, h } from '../dom.js';
import { formatMoment, formatNumber, t, tOr } from '../i18n.js';

/** What the comparisons of Redis, Kafka and MySQL have found. */
export class Reconciliation {
  #reports = null;

  take(reports) {
    this.#reports = reports;
    this.render();
  }

  // Beside the words the permanent name, which docs/reconciliation.md explains.
  #names({ findings }) {
    const names = [...new Set(findings.map(({ difference }) => difference))];
    return names.length === 0 ? t('reconciliation.none') : names.map((name, index) => [index > 0 ? ', ' : '', h('span', { title: name }, tOr(`difference.${name}`, name))]).flat();
  }

  render() {
    if (!this.#reports) return;
    byId('reconciliation-empty').hidden = this.#reports.length > 0;
    byId('reconciliation-table').hidden = this.#reports.length === 0;
    byId('reconciliation-table').tBodies[0].replaceChildren(...this.#reports.map((report) => h('tr', {},
      h('td', {}, formatMoment(report.at)), h('td', { title: report.cause }, tOr(`reconciliation.by.${report.cause}`, report.cause)), h('td', { class: 'number' }, formatNumber(report.findingCount)),
      h('td', { class: 'number' }, formatNumber(report.open)),
      h('td', { class: 'prose' }, this.#names(report)))));
  }
}
