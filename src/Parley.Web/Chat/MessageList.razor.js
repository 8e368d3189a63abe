// @ts-check
// Where the list stands while rows come and go above, below and inside it. Rows are measured after layout and before painting
// (ResizeObserver), so nothing is ever seen to jump.

const OLDER_WITHIN = 800;

/** @typedef {{ stuck: boolean, top: number, anchor: Element|null, offset: number }} Stand */
/** @type {WeakMap<HTMLElement, Stand>} */
const stands = new WeakMap();

/**
 * @param {HTMLElement} view The scrolling element; its first child holds the rows.
 * @param {{ list: { invokeMethod(name: string, ...args: any[]): any }, stickWithin: number }} options
 */
export function attach(view, { list, stickWithin }) {
  const lines = /** @type {HTMLElement} */ (view.firstElementChild);
  /** @type {Stand} */
  const stand = { stuck: true, top: 0, anchor: null, offset: 0 };
  stands.set(view, stand);
  let told = true;

  const sizes = new ResizeObserver(() => settle());

  const settle = () => {
    // The last measure comes when the list has left the page, and its component with it.
    if (!view.isConnected) return sizes.disconnect();
    if (stand.stuck) view.scrollTop = view.scrollHeight;
    else if (stand.anchor?.isConnected) view.scrollTop += topOf(view, stand.anchor) - stand.offset;
    note();
  };

  const note = () => {
    const near = view.scrollHeight - view.scrollTop - view.clientHeight <= stickWithin;
    // A scroll event may come after rows were added below and before they are measured: only a person moves the view up.
    stand.stuck = near || (stand.stuck && view.scrollTop >= stand.top);
    stand.top = view.scrollTop;
    stand.anchor = stand.stuck ? null : firstVisible(view, lines);
    stand.offset = stand.anchor ? topOf(view, stand.anchor) : 0;
    if (told !== stand.stuck) {
      told = stand.stuck;
      list.invokeMethod('AtBottom', told);
    }
    if (!stand.stuck && view.scrollTop < OLDER_WITHIN) list.invokeMethod('Older');
  };

  view.addEventListener('keydown', event => {
    if (event.key === 'Escape' && !event.defaultPrevented && event.target !== view) list.invokeMethod('Leave');
    else if (!walk(view, lines, event)) return;
    event.preventDefault();
    event.stopPropagation();
  });
  view.addEventListener('scroll', note, { passive: true });
  sizes.observe(lines);
  sizes.observe(view);
  settle();
}

/**
 * Rows are one stop for the Tab key: the arrows go from row to row, and sideways to what can be done with one.
 * @param {HTMLElement} view
 * @param {HTMLElement} lines
 * @param {KeyboardEvent} event
 */
function walk(view, lines, event) {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || target.closest('textarea, a')) return false;
  const rows = /** @type {HTMLElement[]} */ ([...lines.querySelectorAll('.line')]);
  const row = /** @type {HTMLElement|null} */ (target.closest('.line'));
  const at = row ? rows.indexOf(row) : rows.length;
  const stops = row ? [row, .../** @type {NodeListOf<HTMLElement>} */ (row.querySelectorAll('button.name, .tools button'))] : [view];
  const stop = stops.indexOf(target);
  const next = {
    ArrowUp: rows[at - 1],
    ArrowDown: rows[at + 1],
    Home: rows[0],
    End: rows[rows.length - 1],
    ArrowRight: stops[stop + 1],
    ArrowLeft: stops[stop - 1],
  }[event.key];
  next?.focus();
  return next !== undefined;
}

/** @param {HTMLElement} view */
export function toLatest(view) {
  const stand = stands.get(view);
  if (stand) stand.stuck = true;
  view.scrollTop = view.scrollHeight;
}

/**
 * @param {HTMLElement} view
 * @param {Element} row
 */
const topOf = (view, row) => row.getBoundingClientRect().top - view.getBoundingClientRect().top;

/**
 * The topmost row in view, found by halving: rows stand in order.
 * @param {HTMLElement} view
 * @param {HTMLElement} lines
 */
function firstVisible(view, lines) {
  let low = 0;
  let high = lines.children.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (topOf(view, lines.children[middle]) + lines.children[middle].clientHeight > 0) high = middle;
    else low = middle + 1;
  }
  return lines.children[low] ?? null;
}
