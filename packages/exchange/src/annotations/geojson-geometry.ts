import type { Point } from '@gigascope/contracts';
import type { AnnotationGeometry, Ring } from './annotation.ts';
import { type Allowance, isCoordinate } from './limits.ts';

type P = Point<'l0'>;

/** What is wrong with a geometry; it never leaves the reader. */
class Fault extends Error {}

/** Reads GeoJSON's geometries; a third coordinate (QuPath writes none) is passed over. */
export class GeometryReader {
  readonly #allowance: Allowance;
  readonly #offset: P;

  constructor(allowance: Allowance, offset: P) {
    this.#allowance = allowance;
    this.#offset = offset;
  }

  /** The geometry, or a sentence that says what is wrong with it. */
  read(type: string, coordinates: unknown): AnnotationGeometry | string {
    try {
      return this.#geometry(type, coordinates);
    } catch (cause) {
      if (cause instanceof Fault) return cause.message;
      throw cause;
    }
  }

  #geometry(type: string, coordinates: unknown): AnnotationGeometry {
    switch (type) {
      case 'Point':
        return { type: 'points', points: [this.#point(coordinates)] };
      case 'MultiPoint':
        return { type: 'points', points: this.#points(coordinates, 1) };
      case 'LineString':
        return { type: 'line', points: this.#points(coordinates, 2) };
      case 'Polygon':
        return { type: 'polygon', rings: this.#rings(coordinates) };
      case 'MultiPolygon':
        return { type: 'multipolygon', polygons: list(coordinates, 1).map((rings) => this.#rings(rings)) };
      default:
        throw new Fault(`a geometry of type ${JSON.stringify(type)} cannot be read`);
    }
  }

  #rings(value: unknown): readonly Ring[] {
    return list(value, 1).map((ring) => {
      const points = this.#points(ring, 3);
      const [first, last] = [points.at(0), points.at(-1)];
      const open = first?.x === last?.x && first?.y === last?.y ? points.slice(0, -1) : points;
      if (open.length < 3) throw new Fault('a ring of fewer than three points');
      return open;
    });
  }

  #points(value: unknown, least: number): P[] {
    return list(value, least).map((position) => this.#point(position));
  }

  #point(value: unknown): P {
    const [x, y] = list(value, 2);
    if (!isCoordinate(x) || !isCoordinate(y)) throw new Fault('a coordinate that is no number within 1e9 pixels');
    this.#allowance.takePoint();
    return { x: x + this.#offset.x, y: y + this.#offset.y };
  }
}

function list(value: unknown, least: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length < least)
    throw new Fault(`coordinates where at least ${least} were expected`);
  return value;
}
