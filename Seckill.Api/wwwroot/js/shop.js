import { LocalPositionStore, PushClient, signalRConnections } from '../lib/push/index.js';
import { createApi, fetchConfig } from './api.js';
import { chooseSale } from './chooseSale.js';
import { serverNow } from './clock.js';
import { byId, setText } from './dom.js';
import { grabState, isOpen, isOver } from './grabState.js';
import { formatNumber, formatTime, t, toggleLanguage, translatePage } from './i18n.js';
import { ItemCard, noteText } from './itemCard.js';
import { NoticeBoard } from './noticeBoard.js';
import { OrderBook } from './orderBook.js';
import { OrdersPanel } from './ordersPanel.js';
import { PayDesk } from './payDesk.js';
import { SaleHero } from './saleHero.js';
import { SaleLinks } from './saleLinks.js';
import { Session } from './session.js';
import { applyTheme, currentTheme, nextTheme, onThemeChange } from './theme.js';
import { TokenPurse } from './tokenPurse.js';
import { WaitingRoom } from './waitingRoom.js';

const RENDER_EVERY_MS = 250;

/** Push brings news at once; these polls only cover for it. */
const POLL_MS = { online: 20_000, otherwise: 4_000 };

/** How often orders are asked for while a reservation has not become one: rarely while push is up, since push will say it. */
const AWAITING_POLL_MS = { online: 8_000, otherwise: 2_000 };

/** How long a button that has just become the way to pay waits: whoever hammers it to grab must not pay by the next blow. */
const PAY_GUARD_MS = 1_200;

/** How long the connection may be away before the buyer is told that what he sees may be old. */
const OFFLINE_AFTER_MS = 4_000;

/** A hint that left the server before our refusal did may arrive after it; only later hints reopen a sold-out button. */
const HINT_DELAY_MS = 2_000;

/** Outcomes that decided nothing leave a token as good as it was; after all others a single-use one is used. */
const KEEPS_TOKEN = new Set(['throttled', 'overloaded', 'outbox-full', 'stock-unavailable', 'not-warmed', 'fenced', 'paused']);

applyTheme();
const config = await fetchConfig();
const session = new Session('buyer', config.development);
const api = createApi(session);
const book = new OrderBook();
const desk = new PayDesk(api);
const purse = new TokenPurse(api);
const room = new WaitingRoom(api);
const notices = new NoticeBoard(byId('notices'));
const panel = new OrdersPanel(byId('orders'), byId('orders-empty'), (orderId) => void desk.pay(book.find(orderId)));
const hero = new SaleHero();
const links = new SaleLinks();

let push = null;
let sale = null;
let sales = [];
let signedIn = true;
let lastSalePoll = 0;
let lastOrdersPoll = 0;
let onlineAt = performance.now();
const cards = new Map();
const attempts = new Map();
const lastKinds = new Map();
const lastMilestones = new Map();
const payableSince = new Map();

async function start() {
  translate();
  signedIn = (await session.token().catch(() => null)) !== null;
  // Orders before push: the first answer renews a token that an earlier visit left and that is no longer good, so the socket, which hears no
  // status code, need not find that out by failing.
  setInterval(tick, RENDER_EVERY_MS);
  await Promise.all([loadSales(), loadOrders().then(startPush)]);
  const waitedFor = sale && WaitingRoom.takeResumed(sale.saleId);
  if (waitedFor && cards.has(waitedFor) && !attempts.has(waitedFor)) void grab(waitedFor);
}

function startPush() {
  if (!signedIn) return;
  push = new PushClient({
    // SignalR's script is the one global of these pages.
    connect: signalRConnections(globalThis.signalR, { hubUrl: config.hubUrl, accessToken: session.token }),
    store: new LocalPositionStore(`seckill.push.${session.userId}`),
    renewToken: session.renew,
  });
  push.on('status', render);
  push.on('message', onMessage);
  push.on('gap', () => void refresh());
  push.on('closed', signedOut);
  push.start();
  if (sale) push.watch(sale.saleId);
}

/** Nobody takes the token any more, and the page could not get another. */
function signedOut() {
  signedIn = false;
  void push?.stop();
  render();
}

async function loadSales() {
  lastSalePoll = performance.now();
  try {
    const asked = new URLSearchParams(location.search).get('sale');
    sales = await api.sales();
    const chosen = chooseSale(sales, asked);
    // The list says nothing of stock, and may not reach back to a sale that a link asks for.
    showSale(chosen || asked ? await api.sale(chosen?.saleId ?? asked) : null);
    byId('load-error').hidden = true;
  } catch (problem) {
    if (problem.kind === 'unknown-sale') showSale(null);
    else byId('load-error').hidden = sale !== null;
  }
}

async function loadOrders() {
  lastOrdersPoll = performance.now();
  if (!signedIn) return;
  try {
    book.takeAll(await api.orders());
  } catch (problem) {
    // Any other failure shows as the connection state; the next poll asks again.
    if (problem.status === 401) signedOut();
  }
}

const refresh = () => Promise.all([loadSales(), loadOrders()]);

function showSale(next) {
  const before = sale?.saleId;
  sale = next;
  for (const ghost of byId('items').querySelectorAll('.ghost')) ghost.remove();
  if (next?.saleId !== before) {
    cards.clear();
    for (const attempt of attempts.values()) attempt.cancel?.();
    attempts.clear();
    lastKinds.clear();
    byId('items').replaceChildren();
    if (before) push?.unwatch(before);
    if (sale) push?.watch(sale.saleId);
  }
  showCards(sale?.items ?? []);
  render();
}

/** One card an item, in the sale's order. Items may change while the sale has not begun; a card that stays is not moved, and keeps the focus. */
function showCards(items) {
  for (const [skuId, card] of cards) {
    if (items.some((item) => item.skuId === skuId)) continue;
    card.element.remove();
    cards.delete(skuId);
  }
  items.forEach((item, index) => {
    if (!cards.has(item.skuId)) cards.set(item.skuId, new ItemCard(item, () => press(item.skuId), () => attempts.get(item.skuId)?.cancel?.()));
    const { element } = cards.get(item.skuId);
    const there = byId('items').children[index] ?? null;
    if (there !== element) byId('items').insertBefore(element, there);
  });
}

/** The card's button grabs, and pays what it has grabbed. */
function press(skuId) {
  const item = sale.items.find((candidate) => candidate.skuId === skuId);
  const state = stateOf(item, serverNow());
  if (state.pay) void (state.pay.guarded || desk.pay(state.order));
  else void grab(skuId);
}

async function grab(skuId) {
  const { saleId } = sale;
  const work = new AbortController();
  attempts.set(skuId, { sending: true, cancel: () => work.abort() });
  render();
  try {
    const order = await grabWithToken(sale, skuId, work);
    attempts.delete(skuId);
    book.take({ ...order, saleId, skuId });
  } catch (problem) {
    if (work.signal.aborted) {
      // Given up by the buyer, or by a page that shows another sale now.
      if (sale?.saleId === saleId) attempts.delete(skuId);
      render();
      return;
    }
    const at = serverNow();
    attempts.set(skuId, { problem, at, until: problem.retryAfterMs === null || problem.retryAfterMs === undefined ? 0 : at + problem.retryAfterMs });
    await afterRefusal(problem, saleId, skuId);
  }
  render();
}

/** Waits to be let in where the sale has a waiting room, fetches the token where it wants one, works for it if need be, and grabs. A token that turns out to be no good is replaced once. */
async function grabWithToken(sale, skuId, work) {
  const { saleId } = sale;
  const onProgress = (share) => {
    // Another sale may be shown by now, with other attempts.
    if (work.signal.aborted) return;
    attempts.set(skuId, { working: true, share, cancel: () => work.abort() });
    render();
  };
  const onMove = (position) => {
    if (work.signal.aborted) return;
    attempts.set(skuId, { waiting: position, cancel: () => work.abort() });
    announceMove(skuId, position);
    render();
  };
  for (let tries = 0; ; tries++) {
    if (sale.admission?.waitingRoom && !purse.has(saleId, skuId)) await room.enter(saleId, { signal: work.signal, skuId, onMove });
    work.signal.throwIfAborted();
    const token = await purse.take(sale, skuId, { signal: work.signal, onProgress });
    work.signal.throwIfAborted();
    attempts.set(skuId, { sending: true });
    render();
    try {
      const order = await api.grab(saleId, skuId, token);
      purse.forget(skuId);
      return order;
    } catch (problem) {
      if (!problem.outcomeUnknown && !KEEPS_TOKEN.has(problem.kind)) purse.forget(skuId);
      if (!problem.wantsNewToken || tries > 0) throw problem;
    }
  }
}

async function afterRefusal(problem, saleId, skuId) {
  if ((problem.kind === 'already-grabbed' || problem.kind === 'grab-token-used') && problem.body.orderId) {
    book.take({ orderId: problem.body.orderId, saleId, skuId, status: 'reserved' });
    await loadOrders();
  } else if (problem.kind === 'sold-out') {
    hint([{ skuId, left: 0 }]);
  } else if (problem.kind === 'not-open' || problem.kind === 'closed' || problem.kind === 'paused') {
    await loadSales();
  } else if (problem.status === 401) {
    signedOut();
  }
}

function onMessage({ type, at, payload }) {
  if (type.startsWith('order.')) {
    book.take({ ...payload, heardAt: at });
  } else if (type === 'sale.stock' && payload.saleId === sale?.saleId) {
    hint(payload.items);
    if (payload.state) sale.state = payload.state;
  } else if (type === 'notice') {
    notices.show(payload);
  } else if (type === 'room.progress') {
    room.hear(payload);
  } else if (type === 'units.returned' && payload.saleId === sale?.saleId) {
    hint(payload.items);
    for (const { skuId, units } of payload.items) {
      const item = sale.items.find((candidate) => candidate.skuId === skuId);
      if (item) announce(t('announce.returned', { name: item.name, units }));
    }
  } else if (type === 'sale.state' && payload.saleId === sale?.saleId) {
    sale.state = payload.state;
    void loadSales();
  }
  render();
}

/** Takes units left as last heard. News of returned units makes a sold-out button a grab button again. */
function hint(items) {
  for (const { skuId, left } of items) {
    const item = sale.items.find((candidate) => candidate.skuId === skuId);
    if (!item) continue;
    item.left = left;
    const attempt = attempts.get(skuId);
    // Nobody waits in line for what is gone.
    if (left === 0 && attempt?.waiting) attempt.cancel();
    if (left > 0 && attempt?.problem?.kind === 'sold-out' && serverNow() - attempt.at > HINT_DELAY_MS) attempts.delete(skuId);
  }
}

function tick() {
  const online = push?.status === 'online' ? 'online' : 'otherwise';
  const now = performance.now();
  // At the opening and at the end the state is worth asking for at once, spread over a second so that not all pages ask together.
  const turning = sale && sale.state === 'scheduled' && serverNow() >= Date.parse(sale.startsAt);
  if (now - lastSalePoll > (turning ? 1_000 + Math.random() * 1_000 : POLL_MS[online])) void loadSales();
  if (book.isAwaiting(serverNow()) && now - lastOrdersPoll > AWAITING_POLL_MS[online]) void loadOrders();
  render();
}

function render() {
  renderStatus();
  renderHero();
  for (const item of sale?.items ?? []) renderItem(item);
  panel.render(book.newestFirst, nameOf, (order) => desk.stateOf(order, serverNow()));
  byId('sign-in').hidden = signedIn;
  byId('buyer').hidden = !signedIn || !session.development;
  setText(byId('buyer-id'), session.userId ?? '');
  setText(byId('server-time'), formatTime(serverNow()));
}

function stateOf(item, now) {
  const state = grabState({
    sale, item, now, signedIn, orders: book.of(sale.saleId, item.skuId), attempt: attempts.get(item.skuId) ?? null,
  });
  const pay = state.kind === 'pending-payment' ? desk.stateOf(state.order, now) : null;
  if (!pay) return state;
  const { orderId } = state.order;
  if (!payableSince.has(orderId)) payableSince.set(orderId, performance.now());
  return { ...state, pay: { ...pay, guarded: performance.now() - payableSince.get(orderId) < PAY_GUARD_MS } };
}

function renderItem(item) {
  const now = serverNow();
  const state = stateOf(item, now);
  cards.get(item.skuId).render(item, state, !isOpen(sale, now) && !isOver(sale, now) && sale.state !== 'paused');
  if (lastKinds.has(item.skuId) && lastKinds.get(item.skuId) !== state.kind) announceItem(item, state);
  lastKinds.set(item.skuId, state.kind);
}

function announceItem(item, state) {
  if (state.kind === 'sending' || state.kind === 'slow-down') return;
  if (state.kind === 'working' || state.kind === 'waiting') return void announce(`${item.name}: ${noteText(state)}`);
  announce(`${item.name}: ${t(`grab.${state.kind}`, { time: '' })}. ${noteText(state)}`);
}

/** The position is read out when it has halved, and for the last three places: each move would never let the reader finish. */
function announceMove(skuId, { place, ahead }) {
  const milestone = `${place}:${ahead < 3 ? ahead : Math.floor(Math.log2(ahead)) + 3}`;
  const before = lastMilestones.get(skuId);
  lastMilestones.set(skuId, milestone);
  if (before?.startsWith(`${place}:`) && before !== milestone) announce(t('announce.moved', { ahead: formatNumber(ahead) }));
}

/** Polite, and in one place: several live regions that change together talk over each other. */
const announce = (text) => setText(byId('announcer'), text);

function renderStatus() {
  const status = signedIn ? push?.status ?? 'connecting' : 'signed-out';
  const badge = byId('push-status');
  badge.dataset.status = status;
  setText(badge, t(`push.${status}`));
  if (status === 'online' || !signedIn) onlineAt = performance.now();
  // A connection that is back within a moment is not worth a word.
  byId('offline').hidden = !signedIn || performance.now() - onlineAt < OFFLINE_AFTER_MS;
}

/** Everything that says something in words says it anew. */
function translate() {
  translatePage();
  const theme = t(`theme.${currentTheme()}`);
  setText(byId('theme'), theme);
  byId('theme').setAttribute('aria-label', t('theme.label', { theme }));
}

function renderHero() {
  if (sale) hero.render(sale, serverNow());
  else if (lastSalePoll > 0) hero.renderNone(new URLSearchParams(location.search).has('sale'));
  links.render(sales, sale?.saleId ?? null);
}

function nameOf(order) {
  for (const each of sale ? [sale, ...sales] : sales) {
    const item = each.saleId === order.saleId && each.items.find((candidate) => candidate.skuId === order.skuId);
    if (item) return item.name;
  }
  return order.skuId ?? t('order.unknown-item');
}

book.addEventListener('change', ({ detail: order }) => {
  if (order.status === 'pending-payment') void desk.recall(order);
  else desk.forget(order.orderId);
  render();
});
desk.addEventListener('change', () => render());
desk.addEventListener('settled', () => void loadOrders());
byId('load-retry').addEventListener('click', () => void refresh());
byId('language').addEventListener('click', () => {
  toggleLanguage();
  translate();
  render();
});
byId('theme').addEventListener('click', nextTheme);
onThemeChange(translate);
byId('new-buyer').addEventListener('click', async () => {
  await push?.stop();
  session.startOver();
  location.reload();
});
await start();
