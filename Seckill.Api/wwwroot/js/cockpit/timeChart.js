import { h, setText } from '../dom.js';
import { formatTime, t } from '../i18n.js';
import { onThemeChange } from '../theme.js';
import { drawSoon } from './frame.js';
import { SECONDS } from './history.js';

const HEIGHT = 150;
const AXIS = 18;
const TICK_S = 120;

/**
 * Ten minutes of some numbers on a canvas, the newest second at the right edge. The legend is text beside it: it says the values of the second under the pointer, or of the newest.
 * The arrow keys move that second; every chart that shares the cursor shows the same one.
 *
 * Sizes come from a ResizeObserver and colours are read when they change, so a frame only draws: it never makes the browser lay the page out.
 */
export class TimeChart {
  element;
  #history;
  #cursor;
  #series;
  #format;
  #title = h('h3');
  #canvas = h('canvas', { tabindex: 0, role: 'img' });
  #legend = h('dl', { class: 'legend' });
  #titleKey;
  #stacked;
  #width = 0;
  #ratio = 1;
  #colors = null;

  /**
   * @param {string} titleKey
   * @param {import('./history.js').History} history
   * @param {EventTarget & { second: number | null }} cursor
   * @param {{ series: { name: string, color: string }[], stacked?: boolean, format: (value: number) => string }} options
   *   `name` in the history and, as `chart.<name>`, in the legend; `color` a custom property of the style sheet.
   */
  constructor(titleKey, history, cursor, { series, stacked = false, format }) {
    this.#titleKey = titleKey;
    this.#history = history;
    this.#cursor = cursor;
    this.#stacked = stacked;
    this.#format = format;
    this.#series = series.map((each) => ({ ...each, label: h('dt'), value: h('dd') }));
    this.#legend.append(...this.#series.map(({ name, label, value }) => h('div', { 'data-series': name }, label, value)));
    this.element = h('figure', { class: 'panel chart' }, h('figcaption', {}, this.#title, this.#legend), h('div', { class: 'plot' }, this.#canvas));
    new ResizeObserver(([{ contentRect }]) => this.#resize(contentRect.width)).observe(this.#canvas.parentElement);
    onThemeChange(() => {
      this.#colors = null;
      this.draw();
    });
    this.#listen();
    this.translate();
  }

  translate() {
    setText(this.#title, t(this.#titleKey));
    for (const { name, label } of this.#series) setText(label, t(`chart.${name}`));
    this.draw();
  }

  /** Shows what the history has now, at the next frame. */
  draw() {
    drawSoon(this.#frame);
  }

  #listen() {
    // The canvas is as wide as its frame, so an offset is a place in it: no need to ask where it stands.
    this.#canvas.addEventListener('pointermove', (event) => this.#cursor.move(this.#secondAt(event.offsetX)));
    this.#canvas.addEventListener('pointerleave', () => this.#cursor.move(null));
    this.#canvas.addEventListener('blur', () => this.#cursor.move(null));
    this.#canvas.addEventListener('keydown', (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -60, PageDown: 60 }[event.key];
      if (event.key === 'Escape') this.#cursor.move(null);
      if (step === undefined) return;
      event.preventDefault();
      const { newest } = this.#history;
      this.#cursor.move(Math.min(newest, Math.max(newest - SECONDS + 1, (this.#cursor.second ?? newest) + step)));
    });
    this.#cursor.addEventListener('move', () => this.draw());
  }

  #secondAt(x) {
    return this.#history.newest - Math.round((1 - x / Math.max(1, this.#width)) * (SECONDS - 1));
  }

  #resize(width) {
    this.#width = Math.round(width);
    this.#ratio = devicePixelRatio;
    this.#canvas.width = this.#width * this.#ratio;
    this.#canvas.height = (HEIGHT + AXIS) * this.#ratio;
    this.draw();
  }

  #frame = () => {
    this.#renderLegend();
    if (this.#width === 0) return;
    this.#colors ??= readColors(this.#series);
    const paint = this.#canvas.getContext('2d');
    paint.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    paint.clearRect(0, 0, this.#width, HEIGHT + AXIS);
    const lines = this.#lines();
    const top = niceTop(lines.reduce((most, { values }) => Math.max(most, largest(values)), 0));
    this.#paintGrid(paint);
    // The tallest sum first, so that each area of a stack shows above the ones painted over it.
    for (let i = lines.length - 1; i >= 0; i--) this.#paintLine(paint, lines[i], top);
    this.#paintScale(paint, top);
    this.#paintCursor(paint);
  };

  /** The values to draw, oldest first; of a stack, the sums. */
  #lines() {
    const { newest } = this.#history;
    const sums = new Float64Array(SECONDS);
    return this.#series.map(({ name }, index) => {
      const values = new Float64Array(SECONDS);
      for (let i = 0; i < SECONDS; i++) {
        const value = this.#history.get(name, newest - SECONDS + 1 + i);
        values[i] = this.#stacked ? (sums[i] += value) : value;
      }
      return { values, color: this.#colors.series[index] };
    });
  }

  #paintGrid(paint) {
    paint.strokeStyle = this.#colors.line;
    paint.lineWidth = 1;
    for (const share of [0, 0.5, 1]) {
      const y = rowOf(share);
      paint.beginPath();
      paint.moveTo(0, y);
      paint.lineTo(this.#width, y);
      paint.stroke();
    }
  }

  /** After the lines: a number that a line runs over is still to be read. */
  #paintScale(paint, top) {
    paint.fillStyle = this.#colors.muted;
    paint.font = this.#colors.font;
    const [half, whole] = [this.#format(top / 2), this.#format(top)];
    paint.fillText(whole, 2, rowOf(1) - 3);
    // Of whole numbers up to one there is no half.
    if (half !== whole) paint.fillText(half, 2, rowOf(0.5) - 3);
    const { newest } = this.#history;
    if (newest === 0) return;
    paint.textAlign = 'center';
    for (let second = newest - (newest % TICK_S); second > newest - SECONDS; second -= TICK_S) {
      const x = this.#x(second);
      if (x > 20 && x < this.#width - 20) paint.fillText(formatTime(second * 1000).slice(0, 5), x, HEIGHT + AXIS - 4);
    }
    paint.textAlign = 'start';
  }

  #paintLine(paint, { values, color }, top) {
    let path = null;
    let start = 0;
    let before = 0;
    for (let i = 0; i <= SECONDS; i++) {
      const value = i < SECONDS ? values[i] : NaN;
      if (Number.isNaN(value)) {
        if (path) this.#paintPart(paint, path, { first: start, last: i - 1, y: before, color });
        path = null;
        continue;
      }
      const y = HEIGHT - 1 - (value / top) * (HEIGHT - 14);
      before = y;
      if (path) {
        path.lineTo(this.#column(i), y);
      } else {
        path = new Path2D();
        path.moveTo(this.#column(i), y);
        start = i;
      }
    }
  }

  /** One unbroken part of a line. Areas for stacks and for charts of one line; several lines that cross would hide one another. */
  #paintPart(paint, path, { first, last, y, color }) {
    if (this.#stacked || this.#series.length === 1) {
      const area = new Path2D(path);
      area.lineTo(this.#column(last), HEIGHT);
      area.lineTo(this.#column(first), HEIGHT);
      area.closePath();
      // A stack's area covers what stands behind it first: colours of a stack must not mix.
      if (this.#stacked) {
        paint.fillStyle = this.#colors.surface;
        paint.fill(area);
      }
      paint.globalAlpha = this.#stacked ? 0.55 : 0.16;
      paint.fillStyle = color;
      paint.fill(area);
      paint.globalAlpha = 1;
    }
    paint.strokeStyle = color;
    paint.lineWidth = this.#stacked ? 1.25 : 1.75;
    paint.lineJoin = 'round';
    paint.stroke(path);

    // What has just begun has a value and no length yet.
    if (last === first) {
      paint.fillStyle = color;
      paint.fill(dot(this.#column(last), y));
    }
  }

  #column = (index) => (index / (SECONDS - 1)) * this.#width;

  #paintCursor(paint) {
    const { second } = this.#cursor;
    if (second === null) return;
    const x = Math.round(this.#x(second)) + 0.5;
    paint.strokeStyle = this.#colors.text;
    paint.lineWidth = 1;
    paint.beginPath();
    paint.moveTo(x, 0);
    paint.lineTo(x, HEIGHT);
    paint.stroke();
  }

  #x = (second) => (1 - (this.#history.newest - second) / (SECONDS - 1)) * this.#width;

  #renderLegend() {
    const second = this.#cursor.second ?? this.#history.newest;
    const told = [];
    for (const { name, value } of this.#series) {
      const number = this.#history.get(name, second);
      const text = Number.isNaN(number) ? '–' : this.#format(number);
      setText(value, text);
      told.push(`${t(`chart.${name}`)} ${text}`);
    }
    const label = `${t(this.#titleKey)}: ${told.join(', ')}`;
    if (this.#canvas.getAttribute('aria-label') !== label) this.#canvas.setAttribute('aria-label', label);
  }
}

/** The second that all charts point at; null while nobody points. */
export class Cursor extends EventTarget {
  second = null;

  move(second) {
    if (second === this.second) return;
    this.second = second;
    this.dispatchEvent(new Event('move'));
  }
}

// Canvas knows no custom properties. A probe resolves light-dark() to the colour of the theme that is on.
function readColors(series) {
  const probe = h('span', { hidden: true });
  document.body.append(probe);
  const resolve = (name) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const colors = {
    line: resolve('--line'), muted: resolve('--muted'), text: resolve('--text'), surface: resolve('--surface'),
    series: series.map(({ color }) => resolve(color)), font: `11px ${getComputedStyle(document.body).fontFamily}`,
  };
  probe.remove();
  return colors;
}

/** Where a share of the scale is drawn, on the middle of a pixel. */
const rowOf = (share) => Math.round(HEIGHT - share * (HEIGHT - 14)) - 0.5;

function dot(x, y) {
  const path = new Path2D();
  path.arc(x - 2, y, 2, 0, 2 * Math.PI);
  return path;
}

function largest(values) {
  let most = 0;
  for (const value of values) if (value > most) most = value;
  return most;
}

/** The next of 1, 2, 4, 10, … so that the scale stands still while the numbers move, and its middle is as whole as its top. */
function niceTop(most) {
  if (most <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 4, 10].map((step) => step * power).find((top) => top >= most);
}
