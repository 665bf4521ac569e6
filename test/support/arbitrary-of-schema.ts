import fc from 'fast-check';

type Schema = Readonly<Record<string, unknown>>;
type Schemas = Readonly<Record<string, unknown>>;

/** What every parser meets one day: of the wrong type, empty, huge, not of this planet. */
const HOSTILE = fc.oneof(
  fc.constantFrom<unknown>(null, '', 0, -1, 2 ** 53, 1e308, true, [], {}, '\u0000', "' OR 1=1 --", '../../etc/passwd'),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constant('x'.repeat(5_000)),
  fc.array(fc.integer(), { maxLength: 50 }),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Values that a JSON schema allows, mostly, and in a tenth of all places something hostile instead. */
export function arbitraryOf(schema: unknown, schemas: Schemas, depth = 0): fc.Arbitrary<unknown> {
  const valid = validOf((schema ?? {}) as Schema, schemas, depth);
  return fc.oneof({ weight: 9, arbitrary: valid }, { weight: 1, arbitrary: HOSTILE });
}

function validOf(schema: Schema, schemas: Schemas, depth: number): fc.Arbitrary<unknown> {
  const { $ref, anyOf, oneOf, const: only, enum: some, type, examples } = schema;
  const of = (part: unknown): fc.Arbitrary<unknown> => arbitraryOf(part, schemas, depth + 1);
  if (depth > 6) return fc.constant(null);
  if (typeof $ref === 'string')
    return validOf((schemas[$ref.slice($ref.lastIndexOf('/') + 1)] ?? {}) as Schema, schemas, depth);
  const choices = (anyOf ?? oneOf) as readonly unknown[] | undefined;
  if (choices !== undefined) return fc.oneof(...choices.map(of));
  if (only !== undefined) return fc.constant(only);
  if (Array.isArray(some)) return fc.constantFrom(...some);
  if (Array.isArray(examples) && depth < 3)
    return fc.oneof(fc.constantFrom(...examples), validByType(schema, of, type));
  return validByType(schema, of, type);
}

function validByType(
  schema: Schema,
  of: (part: unknown) => fc.Arbitrary<unknown>,
  type: unknown,
): fc.Arbitrary<unknown> {
  const { minimum = -1000, maximum = 1000, format, minLength = 0, maxLength = 60 } = schema as Record<string, number>;
  switch (type) {
    case 'integer':
      return fc.integer({ min: Math.max(minimum, -(2 ** 31)), max: Math.min(maximum, 2 ** 31 - 1) });
    case 'number':
      return fc.double({ min: minimum, max: Math.max(minimum, maximum), noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(of(schema['items']), { maxLength: 4 });
    case 'object':
      return objectOf(schema, of);
    default:
      if ((format as unknown) === 'uuid') return fc.uuid();
      if ((format as unknown) === 'date-time')
        return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
      return fc.string({ minLength: Math.min(minLength, 60), maxLength: Math.min(maxLength, 60) });
  }
}

function objectOf(schema: Schema, of: (part: unknown) => fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const properties = Object.entries((schema['properties'] ?? {}) as Schema);
  const required = new Set((schema['required'] ?? []) as readonly string[]);
  const parts = properties.map(([name, part]) => {
    const value = of(part);
    // A required one is missing now and then, too.
    return [name, fc.option(value, { freq: required.has(name) ? 15 : 1, nil: undefined })] as const;
  });
  return fc.record(Object.fromEntries(parts)).map((made) => JSON.parse(JSON.stringify(made)) as unknown);
}
