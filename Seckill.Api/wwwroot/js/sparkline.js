import { svg } from './dom.js';

const WIDTH = 120;
const HEIGHT = 40;

/** The last two minutes of one number, a sample a second, drawn as a line over an area. */
export class Sparkline {
  #values = [];
  #line = svg('path', { class: 'line' });
  #area = svg('path', { class: 'area' });

  constructor(host) {
    host.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
    host.setAttribute('preserveAspectRatio', 'none');
    for (const y of [0, HEIGHT / 2, HEIGHT]) host.append(svg('line', { class: 'grid', x1: 0, x2: WIDTH, y1: y, y2: y }));
    host.append(this.#area, this.#line);
  }

  push(value) {
    this.#values.push(value);
    if (this.#values.length > WIDTH + 1) this.#values.shift();
    this.#draw();
  }

  clear() {
    this.#values = [];
    this.#draw();
  }

  #draw() {
    const top = Math.max(1, ...this.#values);
    const first = WIDTH - this.#values.length + 1;
    const points = this.#values.map((value, index) => `${first + index} ${(HEIGHT - (value / top) * (HEIGHT - 2)).toFixed(2)}`);
    this.#line.setAttribute('d', points.length > 1 ? `M${points.join('L')}` : '');
    this.#area.setAttribute('d', points.length > 1 ? `M${first} ${HEIGHT}L${points.join('L')}L${WIDTH} ${HEIGHT}Z` : '');
  }
}
