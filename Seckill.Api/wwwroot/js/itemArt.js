import { svg } from './dom.js';

/** The catalog has no pictures: each SKU gets a small abstract one that is always the same for it. */
export function itemArt(item) {
  const seed = hash(item.skuId);
  const hue = seed % 360;
  const second = (hue + 40 + (seed >>> 9) % 60) % 360;
  const id = `art-${seed.toString(36)}`;
  const x = 60 + ((seed >>> 4) % 200);
  const y = 20 + ((seed >>> 12) % 120);
  return svg('svg', { class: 'art', viewBox: '0 0 320 180', preserveAspectRatio: 'xMidYMid slice', 'aria-hidden': 'true' },
    svg('defs', {}, svg('linearGradient', { id, x1: 0, y1: 0, x2: 1, y2: 1 },
      svg('stop', { offset: 0, 'stop-color': `hsl(${hue} 78% 62%)` }),
      svg('stop', { offset: 1, 'stop-color': `hsl(${second} 72% 42%)` }))),
    svg('rect', { width: 320, height: 180, fill: `url(#${id})` }),
    svg('circle', { cx: x, cy: y, r: 92, fill: '#fff', opacity: 0.12 }),
    svg('circle', { cx: 320 - x / 2, cy: 180 - y / 3, r: 64, fill: '#000', opacity: 0.1 }),
    svg('circle', { cx: x / 2, cy: 190 - y, r: 34, fill: '#fff', opacity: 0.18 }),
    svg('text', { x: 160, y: 90, fill: '#fff', 'font-size': 76, 'font-weight': 800, 'text-anchor': 'middle', 'dominant-baseline': 'central' }, initialOf(item.name)));
}

/** The letter in the picture. */
export const initialOf = (name) => [...name.trim()][0]?.toUpperCase() ?? '·';

/** FNV-1a. */
function hash(text) {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ character.codePointAt(0), 0x01000193) >>> 0;
  return value;
}
