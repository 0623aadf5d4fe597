// The first letters of Chinese words, from the order in which the browser sorts them: "县水利局" is "xslj".

const LETTERS = "abcdefghjklmnopqrstwxyz";
const FIRST = "阿八嚓哒妸发旮哈讥咔垃痳拏噢妑七呥扨它穵夕丫帀";
const order = new Intl.Collator("zh-Hans-CN-u-co-pinyin");

/** Each character's first letter; other characters as they are, in small letters. */
export function initials(text) {
  return [...text].map(initial).join("");
}

function initial(character) {
  if (!/\p{Script=Han}/u.test(character)) return character.toLowerCase();
  let at = 0;
  while (at + 1 < FIRST.length && order.compare(character, FIRST[at + 1]) >= 0) at += 1;
  return LETTERS[at];
}

/** Whether typed words are in the text, or in its first letters. */
export function matches(text, typed) {
  const words = typed.trim().toLowerCase();
  return text.toLowerCase().includes(words) || initials(text).includes(words.replace(/\s/g, ""));
}
