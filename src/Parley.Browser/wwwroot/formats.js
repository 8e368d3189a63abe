// @ts-check
// Dates, numbers and plurals in the person's language, by the browser's Intl. Formatters are costly to make, so they are kept.

/** @type {Map<string, any>} */
const formatters = new Map();

/**
 * @template T
 * @param {string} key
 * @param {() => T} make
 * @returns {T}
 */
function kept(key, make) {
  let formatter = formatters.get(key);
  if (!formatter) formatters.set(key, formatter = make());
  return formatter;
}

/** @type {Record<string, Intl.DateTimeFormatOptions>} */
const DATES = {
  time: { hour: 'numeric', minute: '2-digit' },
  day: { weekday: 'long', day: 'numeric', month: 'long' },
  dayWithYear: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  shortDay: { day: 'numeric', month: 'short' },
  full: { dateStyle: 'full', timeStyle: 'medium' },
};

/** The language that the browser prefers, as a BCP 47 tag. */
export const language = () => navigator.language;

/**
 * @param {string} locale
 * @param {string} style A key of DATES.
 * @param {number} unixMs
 */
export const date = (locale, style, unixMs) =>
  kept(`date ${locale} ${style}`, () => new Intl.DateTimeFormat(locale, DATES[style])).format(unixMs);

/**
 * The local calendar day as a number: days since 1970-01-01 where the person is.
 * @param {number} unixMs
 */
export function localDay(unixMs) {
  const at = new Date(unixMs);
  return Math.floor(Date.UTC(at.getFullYear(), at.getMonth(), at.getDate()) / 86_400_000);
}

/**
 * "yesterday", "in 5 minutes".
 * @param {string} locale
 * @param {number} value
 * @param {Intl.RelativeTimeFormatUnit} unit
 */
export const relative = (locale, value, unit) =>
  kept(`relative ${locale}`, () => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })).format(value, unit);

/**
 * @param {string} locale
 * @param {number} value
 */
export const number = (locale, value) => kept(`number ${locale}`, () => new Intl.NumberFormat(locale)).format(value);

/**
 * The plural category: zero, one, two, few, many, other.
 * @param {string} locale
 * @param {number} value
 */
export const plural = (locale, value) => kept(`plural ${locale}`, () => new Intl.PluralRules(locale)).select(value);

/**
 * "Ann, Bo and Cem".
 * @param {string} locale
 * @param {string[]} names
 */
export const list = (locale, names) => kept(`list ${locale}`, () => new Intl.ListFormat(locale)).format(names);
