// @ts-check

/**
 * Makes a popover behave as a menu: it opens with the focus on its current item, arrows go through the items, a choice closes it.
 * @param {HTMLElement} menu
 */
export function attach(menu) {
  /** @returns {HTMLElement[]} */
  const items = () => [...menu.querySelectorAll('[role^="menuitem"]')].filter(item => item instanceof HTMLElement);

  menu.addEventListener('toggle', event => {
    if (/** @type {ToggleEvent} */ (event).newState !== 'open') return;
    const all = items();
    (all.find(item => item.getAttribute('aria-checked') === 'true') ?? all[0])?.focus();
  });

  menu.addEventListener('keydown', event => {
    const all = items();
    const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    /** @type {Record<string, number>} */
    const steps = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
    const to = steps[event.key];
    if (to === undefined) {
      // Out of a menu one goes whole.
      if (event.key === 'Tab') menu.hidePopover();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    all.at(to % all.length)?.focus();
  });

  menu.addEventListener('click', event => {
    if (event.target instanceof Element && event.target.closest('[role^="menuitem"]')) menu.hidePopover();
  });
}
