// Names in right-to-left scripts, kept from turning the line around them. The same rules as package schemas/bidi.

const [begin, end] = ['\u2068', '\u2069']; // FSI, PDI: nobody sees them
const letter = '[\\u0590-\\u08FF\\uFB1D-\\uFDFF\\uFE70-\\uFEFC\\u{10800}-\\u{10FFF}\\u{1E800}-\\u{1EFFF}]';
const runs = new RegExp(`${letter}(?:[ \\-_.'’0-9]*${letter}|[0-9])*`, 'gu');

/** A name as it stands in a sentence. */
export const isolated = (name: string): string => begin + name + end;

/** A sentence whose names are not known: each run of right-to-left words by itself. */
export const isolate = (text: string): string => (text.includes(begin) ? text : text.replace(runs, isolated));

/** What a file gets: the text without the marks. */
export const bare = (text: string): string => text.replace(/[\u2068\u2069]/g, '');
