import createPurifier, { type WindowLike } from 'dompurify';
import { marked } from 'marked';

/** What a card may be made of: text and tables. No pictures, which would be fetched from elsewhere, no styles, no ids. */
const ALLOWED_TAGS = [
  ...[
    'h1',
    'h2',
    'h3',
    'h4',
    'h5',
    'h6',
    'p',
    'ul',
    'ol',
    'li',
    'strong',
    'em',
    'code',
    'pre',
    'blockquote',
    'hr',
    'br',
  ],
  ...['table', 'thead', 'tbody', 'tr', 'th', 'td', 'a', 'del'],
];

/** Makes HTML of a card's markdown; whatever in it could run, load or look like the page's own is taken out. */
export function cardHtml(markdown: string, window: WindowLike = globalThis.window): string {
  const purifier = createPurifier(window);
  purifier.addHook('afterSanitizeAttributes', (element) => {
    if (element.nodeName === 'A') element.setAttribute('rel', 'noopener noreferrer');
  });
  // The page has its own two levels of headings above the card's.
  const deeper = markdown.replace(/^(#{1,4})(?=\s)/gm, '##$1');
  return purifier.sanitize(marked.parse(deeper, { async: false }), {
    ...{ ALLOWED_TAGS, ALLOWED_ATTR: ['href', 'align'], ALLOWED_URI_REGEXP: /^(https?:|#)/i },
  });
}
