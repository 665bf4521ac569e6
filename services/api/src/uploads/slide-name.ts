import { GigascopeError } from '@gigascope/contracts';
import { SlideName } from '@gigascope/contracts/http';

/** Extensions are kept because some formats are told by them; anything else of a name never reaches a path. */
const EXTENSION = /\.([A-Za-z0-9]{1,8})$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const CONTROL = /[\x00-\x1f\x7f]/;

/**
 * Checks the name that a person gave a slide, percent-decoded where it came in a header; it is shown, never used as a path.
 * @throws GigascopeError ARGUMENT_INVALID when it is absent, empty, over 255 characters or holds control characters.
 */
export function slideName(
  stated: string | undefined,
  { percentEncoded }: { readonly percentEncoded: boolean },
): string {
  const decoded = percentEncoded ? decode(stated) : stated;
  const name = SlideName.safeParse(decoded?.replaceAll('\\', '/').split('/').at(-1));
  if (!name.success || CONTROL.test(name.data)) {
    throw new GigascopeError('ARGUMENT_INVALID', 'the slide has no usable name: X-Slide-Name, percent-encoded UTF-8');
  }
  return name.data;
}

/** The name's extension in lower case with its dot; '.bin' where it has none that is usable. */
export function extensionOf(name: string): string {
  const extension = EXTENSION.exec(name)?.[1];
  return extension === undefined ? '.bin' : `.${extension.toLowerCase()}`;
}

function decode(encoded: string | undefined): string | undefined {
  try {
    return encoded === undefined ? undefined : decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}
