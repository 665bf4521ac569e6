const ORIGIN = 'http://own.invalid';
const HOME = '/';

/** A path of this origin to send a browser to, from what a link says; the first page for anything else. */
export function ownPath(text: string | undefined): string {
  if (text === undefined || !text.startsWith('/') || !URL.canParse(text, ORIGIN)) return HOME;
  const { origin, pathname, search, hash } = new URL(text, ORIGIN);
  // `/.//elsewhere` is a path here that a browser would take for a host.
  return origin === ORIGIN && !pathname.startsWith('//') ? `${pathname}${search}${hash}` : HOME;
}
