import { h, setText } from '../dom.js';
import { formatNumber, t } from '../i18n.js';
import { History } from './history.js';
import { Cursor, TimeChart } from './timeChart.js';

/** Outcomes by what they mean to an operator; every other one is a grab that was turned away by a gate. */
const GROUP_OF = {
  reserved: 'accepted', 'sold-out': 'sold-out', 'already-grabbed': 'sold-out',
  overloaded: 'failed', 'outbox-full': 'failed', 'outcome-unknown': 'failed', 'stock-unavailable': 'failed', 'not-warmed': 'failed', fenced: 'failed',
};

/** How long a gauge that was not heard of again is drawn on: its polls may be late, but what nobody asked for is a gap. */
const HOLD_S = 10;

const GROUPS = ['accepted', 'sold-out', 'turned-away', 'failed'];

export const groupOf = (outcome) => GROUP_OF[outcome] ?? 'turned-away';

const perSecond = (value) => `${formatNumber(Math.round(value))}/s`;
const count = (value) => formatNumber(Math.round(value));
const milliseconds = (value) => `${formatNumber(value < 10 ? Math.round(value * 10) / 10 : Math.round(value))} ms`;

const TILES = [
  ['requests', perSecond], ['accepted', perSecond], ['p99', milliseconds], ['left', count], ['lag', count], ['outbox', count], ['connections', count],
];

/** The figures of one sale as they come in: tiles for now, charts for the last ten minutes. */
export class LiveBoard {
  #history = new History([...GROUPS, 'p50', 'p95', 'p99', 'left', 'lag', 'outbox', 'connections']);
  #cursor = new Cursor();
  #tiles;
  #values = new Map();
  #gauges = new Map();
  #charts;

  constructor(tiles, charts) {
    this.#tiles = new Map(TILES.map(([name]) => [name, { label: h('dt'), value: h('dd') }]));
    tiles.replaceChildren(...[...this.#tiles].map(([name, { label, value }]) => h('div', { 'data-tile': name }, label, value)));
    const chart = (title, options) => new TimeChart(title, this.#history, this.#cursor, options);
    this.#charts = [
      chart('charts.requests', { stacked: true, format: perSecond, series: GROUPS.map((name) => ({ name, color: `--chart-${name}` })) }),
      chart('charts.stock', { format: count, series: [{ name: 'left', color: '--chart-left' }] }),
      chart('charts.latency', { format: milliseconds, series: [{ name: 'p50', color: '--chart-p50' }, { name: 'p95', color: '--chart-p95' }, { name: 'p99', color: '--chart-p99' }] }),
      chart('charts.pipeline', { format: count, series: [{ name: 'lag', color: '--chart-lag' }, { name: 'outbox', color: '--chart-outbox' }] }),
      chart('charts.connections', { format: count, series: [{ name: 'connections', color: '--chart-connections' }] }),
    ];
    charts.replaceChildren(...this.#charts.map(({ element }) => element));
    this.translate();
  }

  /** The last second that is known, for the next question. */
  get newest() {
    return this.#history.newest;
  }

  clear() {
    this.#history.clear();
    this.#values.clear();
    this.#gauges.clear();
    this.#cursor.move(null);
    this.#render();
  }

  /** Takes the answer of `/live`. */
  takeSeconds({ from, seconds, grabs, p50Ms, p95Ms, p99Ms }) {
    if (seconds === 0) return;
    const before = this.#history.newest;
    this.#history.advance(from + seconds - 1);
    this.#holdGauges(before);
    for (let i = 0; i < seconds; i++) {
      const sums = { accepted: 0, 'sold-out': 0, 'turned-away': 0, failed: 0 };
      for (const [outcome, counts] of Object.entries(grabs)) sums[groupOf(outcome)] += counts[i];
      for (const group of GROUPS) this.#history.set(group, from + i, sums[group]);
      this.#history.set('p50', from + i, p50Ms[i]);
      this.#history.set('p95', from + i, p95Ms[i]);
      this.#history.set('p99', from + i, p99Ms[i]);
    }
    const newest = from + seconds - 1;
    this.#values.set('requests', GROUPS.reduce((sum, group) => sum + this.#history.get(group, newest), 0));
    this.#values.set('accepted', this.#history.get('accepted', newest));
    this.#values.set('p99', this.#history.get('p99', newest));
    this.#render();
  }

  /** Takes figures that have no history on the servers: they are known from when the page was opened. Null where nobody can say. */
  takeGauges(gauges) {
    for (const [name, value] of Object.entries(gauges)) {
      this.#values.set(name, value ?? NaN);
      this.#gauges.set(name, value);
      this.#history.set(name, this.#history.newest, value);
    }
    this.#render();
  }

  // Gauges come when they were asked for, not once for each second: until the next one the last one stands.
  #holdGauges(before) {
    const { newest } = this.#history;
    const from = before > 0 && newest - before <= HOLD_S ? before + 1 : newest;
    for (const [name, value] of this.#gauges) {
      for (let second = from; second <= newest; second++) this.#history.set(name, second, value);
    }
  }

  translate() {
    for (const [name, { label }] of this.#tiles) setText(label, t(`tile.${name}`));
    for (const chart of this.#charts) chart.translate();
    this.#render();
  }

  #render() {
    for (const [name, format] of TILES) {
      const value = this.#values.get(name) ?? NaN;
      setText(this.#tiles.get(name).value, Number.isNaN(value) ? '–' : format(value));
    }
    for (const chart of this.#charts) chart.draw();
  }
}
