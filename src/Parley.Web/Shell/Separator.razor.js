// @ts-check
const STEP = 16;

/**
 * @param {HTMLElement} edge
 * @param {{ panel: string, direction: 1|-1, initial: number, min: number, max: number }} options
 */
export function attach(edge, { panel, direction, initial, min, max }) {
  const root = document.documentElement;
  const key = `parley:width:${panel}`;
  let width = Number(localStorage.getItem(key)) || initial;

  /** @param {number} wanted */
  const show = wanted => {
    width = Math.round(Math.min(max, Math.max(min, wanted)));
    root.style.setProperty(`--${panel}`, `${width}px`);
    edge.setAttribute('aria-valuenow', String(width));
  };
  const keep = () => localStorage.setItem(key, String(width));

  edge.setAttribute('aria-valuemin', String(min));
  edge.setAttribute('aria-valuemax', String(max));
  show(width);

  edge.addEventListener('pointerdown', down => {
    if (down.button !== 0) return;
    const from = width;
    edge.setPointerCapture(down.pointerId);
    edge.classList.add('dragging');
    /** @param {PointerEvent} move */
    const follow = move => show(from + direction * (move.clientX - down.clientX));
    edge.addEventListener('pointermove', follow);
    edge.addEventListener('lostpointercapture', () => {
      edge.removeEventListener('pointermove', follow);
      edge.classList.remove('dragging');
      keep();
    }, { once: true });
  });

  edge.addEventListener('keydown', event => {
    const steps = { ArrowLeft: -direction, ArrowRight: direction }[event.key];
    if (steps) show(width + steps * STEP);
    else if (event.key === 'Home') show(min);
    else if (event.key === 'End') show(max);
    else return;
    event.preventDefault();
    keep();
  });

  edge.addEventListener('dblclick', () => {
    show(initial);
    keep();
  });
}
