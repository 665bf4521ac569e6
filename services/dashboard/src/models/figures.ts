/** A measured figure with the ends of its interval, where it has one. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** Puts `nameLow` and `nameHigh` beside `name`; what has no such ends stands alone. */
export function pairFigures(figures: Readonly<Record<string, number>>): readonly Figure[] {
  const isEnd = (name: string): boolean =>
    /(Low|High)$/.test(name) && figures[name.replace(/(Low|High)$/, '')] !== undefined;
  return Object.entries(figures)
    .filter(([name]) => !isEnd(name))
    .map(([name, value]) => ({
      ...{ name, value },
      low: figures[`${name}Low`] ?? null,
      high: figures[`${name}High`] ?? null,
    }));
}

/** "aucLeaveOneClusterOut" reads "AUC, leave one cluster out". */
export function figureTitle(name: string): string {
  const words = name
    .replace(/([a-z])([A-Z0-9])/g, '$1 $2')
    .replace(/([0-9])([A-Za-z])/g, '$1 $2')
    .split(' ');
  const [first = '', ...rest] = words;
  const head = first.length <= 4 ? first.toUpperCase() : first[0]?.toUpperCase() + first.slice(1);
  return rest.length === 0 ? head : `${head}, ${rest.join(' ').toLowerCase()}`;
}
