/** The API's own description of itself, as a client sees it. */
interface Described {
  readonly paths: Record<string, Record<string, DescribedOperation>>;
  readonly components: { readonly schemas: Record<string, unknown> };
}

export interface DescribedOperation {
  readonly operationId: string;
  readonly summary?: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: unknown }[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema?: unknown }> };
  readonly responses: Record<string, { readonly content?: Record<string, { readonly schema?: unknown }> }>;
}

export interface Operation extends DescribedOperation {
  readonly method: string;
  /** With {parameters}. */
  readonly path: string;
}

export interface Description {
  readonly document: Described;
  readonly operations: readonly Operation[];
}

export async function describedOperations(url: string): Promise<Description> {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as Described;
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, method: method.toUpperCase(), path })),
  );
  return { document, operations };
}
