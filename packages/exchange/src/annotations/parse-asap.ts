import type { Point } from '@gigascope/contracts';
import { SaxesParser } from 'saxes';
import { type Allowance, isCoordinate, MOST_NAME_CHARACTERS, refuse } from './limits.ts';

export interface AsapAnnotation {
  readonly name: string | null;
  readonly type: string;
  readonly group: string | null;
  readonly points: readonly Point<'l0'>[];
}

export interface AsapGroup {
  readonly name: string;
  readonly parent: string | null;
  readonly attributes: Record<string, string>;
}

export interface AsapFile {
  readonly annotations: readonly AsapAnnotation[];
  readonly groups: readonly AsapGroup[];
}

type Attributes = Readonly<Record<string, string>>;

interface ParseOptions {
  readonly file: string;
  readonly offset: Point<'l0'>;
  readonly allowance: Allowance;
}

/** Elements lie no deeper in any file of ASAP's. */
const DEEPEST = 20;
const MOST_GROUPS = 10_000;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Parses ASAP's XML as a stream of tags; nothing is expanded but XML's own five entities, and a DOCTYPE is refused. */
export function parseAsap(text: string, options: ParseOptions): AsapFile {
  const handler = new AsapHandler(options);
  const parser = new SaxesParser({});
  let depth = 0;
  parser.on('doctype', () => refuse(options.file, 'a DOCTYPE, which no such file needs'));
  parser.on('error', (error) => refuse(options.file, `no sound XML: ${error.message}`));
  parser.on('opentag', ({ name, attributes }) => {
    if (depth === 0 && name !== 'ASAP_Annotations') refuse(options.file, 'its root is not ASAP_Annotations');
    depth += 1;
    if (depth > DEEPEST) refuse(options.file, `elements nested deeper than ${DEEPEST}`);
    handler.open(name, attributes);
  });
  parser.on('closetag', ({ name }) => {
    depth -= 1;
    handler.close(name);
  });
  parser.write(text).close();
  return handler.file;
}

interface Draft {
  readonly name: string | null;
  readonly type: string;
  readonly group: string | null;
  readonly points: (Point<'l0'> | undefined)[];
}

class AsapHandler {
  readonly #options: ParseOptions;
  readonly #annotations: AsapAnnotation[] = [];
  readonly #groups: AsapGroup[] = [];
  #draft: Draft | null = null;

  constructor(options: ParseOptions) {
    this.#options = options;
  }

  get file(): AsapFile {
    return { annotations: this.#annotations, groups: this.#groups };
  }

  open(tag: string, attributes: Attributes): void {
    if (tag === 'Annotation') this.#openAnnotation(attributes);
    else if (tag === 'Coordinate') this.#addPoint(attributes);
    else if (tag === 'Group') this.#addGroup(attributes);
    else if (tag === 'Attribute') Object.assign(this.#groups.at(-1)?.attributes ?? {}, attributes);
  }

  close(tag: string): void {
    if (tag !== 'Annotation' || this.#draft === null) return;
    const points = this.#draft.points.filter((point) => point !== undefined);
    this.#annotations.push({ ...this.#draft, points });
    this.#draft = null;
  }

  #openAnnotation(attributes: Attributes): void {
    this.#options.allowance.takeAnnotation();
    if (this.#draft !== null) this.#refuse('an annotation inside another');
    const group = this.#text(attributes['PartOfGroup']);
    this.#draft = {
      name: this.#text(attributes['Name']),
      type: attributes['Type'] ?? '',
      group: group === 'None' ? null : group,
      points: [],
    };
  }

  #addPoint({ Order, X, Y }: Attributes): void {
    if (this.#draft === null) return;
    this.#options.allowance.takePoint();
    const [x, y] = [toNumber(X), toNumber(Y)];
    if (!isCoordinate(x) || !isCoordinate(y)) this.#refuse('a coordinate that is no number within 1e9 pixels');
    const { points } = this.#draft;
    const order = Order === undefined ? points.length : toNumber(Order);
    // ASAP numbers the points from 0, in the order in which it writes them; anything else would lose some.
    if (order !== points.length)
      this.#refuse(`the point of Order ${JSON.stringify(Order)} stands in place ${points.length}`);
    const { offset } = this.#options;
    points.push({ x: x + offset.x, y: y + offset.y });
  }

  #addGroup(attributes: Attributes): void {
    if (this.#groups.length >= MOST_GROUPS) this.#refuse(`more than ${MOST_GROUPS} groups`);
    const parent = this.#text(attributes['PartOfGroup']);
    const name = this.#text(attributes['Name']) ?? '';
    this.#groups.push({ name, parent: parent === 'None' ? null : parent, attributes: {} });
  }

  #text(value: string | undefined): string | null {
    if (value !== undefined && value.length > MOST_NAME_CHARACTERS) {
      this.#refuse(`a name longer than ${MOST_NAME_CHARACTERS} characters`);
    }
    return value === undefined || value === '' ? null : value;
  }

  #refuse(what: string): never {
    const { file } = this.#options;
    return refuse(file, `annotation ${this.#annotations.length + 1}: ${what}`);
  }
}

function toNumber(text: string | undefined): number {
  return text !== undefined && NUMBER.test(text) ? Number(text) : Number.NaN;
}
