import { GigascopeError } from '@gigascope/contracts';

/** What a .npy header states. `descr` is NumPy's type string, such as `<f4`. */
export interface NpyHeader {
  readonly descr: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

const ENTRY =
  /\s*'(descr|fortran_order|shape)'\s*:\s*(?:'([<>|=][a-z]\d{1,2})'|(True|False)|\(((?:\s*\d{1,15}L?\s*,)*(?:\s*\d{1,15}L?)?)\s*\))\s*(,|$)/y;
/** NumPy itself allows 64; a heatmap or a mask has 2. */
const DIMENSIONS_LIMIT = 8;

/** Parses the Python literal of a .npy header, without evaluating anything; throws ARGUMENT_INVALID. */
export function parseNpyHeader(text: string): NpyHeader {
  const body = /^\s*\{(.*)\}\s*$/s.exec(text)?.[1]?.trimEnd();
  if (body === undefined) throw invalid('its header is no dictionary');
  let descr: string | undefined;
  let fortranOrder: boolean | undefined;
  let shape: readonly number[] | undefined;
  ENTRY.lastIndex = 0;
  while (ENTRY.lastIndex < body.length) {
    const match = ENTRY.exec(body);
    if (match === null) throw invalid('its header cannot be read');
    const [, key, type, truth, tuple] = match;
    if (key === 'descr' && type !== undefined && descr === undefined) descr = type;
    else if (key === 'fortran_order' && truth !== undefined && fortranOrder === undefined)
      fortranOrder = truth === 'True';
    else if (key === 'shape' && tuple !== undefined && shape === undefined) shape = dimensions(tuple);
    else throw invalid(`its header states ${key} wrongly`);
  }
  if (descr === undefined || fortranOrder === undefined || shape === undefined)
    throw invalid('its header is incomplete');
  return { descr, fortranOrder, shape };
}

/** Writes the header exactly as NumPy does, without the padding. */
export function formatNpyHeader({ descr, fortranOrder, shape }: NpyHeader): string {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  return `{'descr': '${descr}', 'fortran_order': ${fortranOrder ? 'True' : 'False'}, 'shape': ${tuple}, }`;
}

/** The error of a file that is no .npy, or none of a kind that is read here. */
export function invalid(reason: string): GigascopeError {
  return new GigascopeError('ARGUMENT_INVALID', `not a usable .npy file: ${reason}`);
}

function dimensions(tuple: string): readonly number[] {
  const parts = tuple.split(',').map((part) => part.trim().replace(/L$/, ''));
  if (parts.at(-1) === '') parts.pop();
  if (parts.length > DIMENSIONS_LIMIT) throw invalid(`it has ${parts.length} dimensions`);
  return parts.map(Number);
}
