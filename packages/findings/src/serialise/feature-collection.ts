/** About how much text is handed on at a time. */
const CHUNK_LENGTH = 1 << 16;

/**
 * Writes features as one GeoJSON FeatureCollection, a feature to a line, in pieces of some 64 kB: a slide's findings can be longer
 * than any string may be. `features` is read only as fast as the pieces are taken.
 */
export async function* writeFeatureCollection<F>(
  features: Iterable<F> | AsyncIterable<F>,
  toJson: (feature: F) => object,
): AsyncGenerator<string, void, undefined> {
  let text = '{"type":"FeatureCollection","features":[';
  let separator = '\n';
  for await (const feature of features) {
    text += separator + JSON.stringify(toJson(feature));
    separator = ',\n';
    if (text.length < CHUNK_LENGTH) continue;
    yield text;
    text = '';
  }
  yield `${text}\n]}\n`;
}
