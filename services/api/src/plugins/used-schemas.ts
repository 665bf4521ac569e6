const REFERENCE = /"\$ref":"#\/components\/schemas\/([^"]+)"/g;

interface Described {
  readonly components?: { readonly schemas?: Readonly<Record<string, unknown>> } | undefined;
}

/** Leaves out the schemas that nothing refers to: every one is offered as an input and as an output, and few are both. */
export function withUsedSchemas<T extends object>(document: T): T {
  const { components } = document as Described;
  const schemas = components?.schemas ?? {};
  const used = new Set<string>();
  const visit = (part: unknown): void => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(REFERENCE)) {
      if (used.has(name)) continue;
      used.add(name);
      visit(schemas[name] ?? null);
    }
  };
  visit({ ...document, components: undefined });
  const kept = Object.entries(schemas).filter(([name]) => used.has(name));
  return { ...document, components: { ...components, schemas: Object.fromEntries(kept) } };
}
