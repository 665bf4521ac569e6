import type { Rgb } from '@gigascope/contracts';
import { HOLES_ATTRIBUTE, holesGroupOf } from '../asap-holes.ts';
import type { ExportFormat } from '../export-format.ts';
import { findingColours } from '../finding-colours.ts';
import { type Finding, findingsOf } from '../findings.ts';
import { boxRing, pointsOf } from '../rings.ts';
import { escapeMarkup } from '../text/escape-markup.ts';

/** ASAP and its readers take a group of this name for none. */
const NO_GROUP = 'None';

interface Group {
  readonly colour: string;
  hasHoles: boolean;
}

/**
 * Annotations as ASAP reads and writes them. Each class is a group; ASAP refuses a file whose annotations name a group that
 * is not in it. ASAP knows no holes: each is a polygon of its own, in a group beneath the class's.
 *
 * Coordinates count from level 0's corner: ASAP opens slides with OpenSlide and reads no bounds (OpenSlideImage.cpp).
 */
export const asapXml: ExportFormat = {
  title: 'ASAP annotations (XML)',
  mediaType: 'application/xml',
  extension: 'xml',
  origin: 'l0',
  async *write(source, origin) {
    const colourOf = findingColours(source);
    const groups = new Map<string, Group>();
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<ASAP_Annotations>\n<Annotations>\n';
    for await (const finding of findingsOf(source, origin)) {
      const group = groups.get(finding.class) ?? { colour: toHex(colourOf(finding)), hasHoles: false };
      groups.set(finding.class, group);
      group.hasHoles ||= finding.shape.type === 'polygon' && finding.shape.rings.length > 1;
      yield toXml(finding, group.colour);
    }
    yield '</Annotations>\n<AnnotationGroups>\n';
    for (const [name, group] of groups) yield groupXml(name, group);
    yield '</AnnotationGroups>\n</ASAP_Annotations>\n';
  },
};

/** As `#rrggbb`. */
function toHex(colour: Rgb): string {
  return `#${colour.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

function toXml({ name, class: group, shape }: Finding, colour: string): string {
  if (shape.type === 'point') return annotationXml({ name, type: 'Dot', group, colour, ring: [shape.x, shape.y] });
  if (shape.type === 'box') return annotationXml({ name, type: 'Rectangle', group, colour, ring: boxRing(shape) });
  const [shell = [], ...holes] = shape.rings;
  const inner = holes.map((ring, k) =>
    annotationXml({ name: `${name} hole ${k + 1}`, type: 'Polygon', group: holesGroupOf(group), colour, ring }),
  );
  return annotationXml({ name, type: 'Polygon', group, colour, ring: shell }) + inner.join('');
}

interface Annotation {
  readonly name: string;
  readonly type: 'Dot' | 'Rectangle' | 'Polygon';
  readonly group: string;
  readonly colour: string;
  readonly ring: readonly number[];
}

function annotationXml({ name, type, group, colour, ring }: Annotation): string {
  const points = pointsOf(ring).map(([x, y], k) => `<Coordinate Order="${k}" X="${x}" Y="${y}"/>`);
  const attributes = `Name="${escapeMarkup(name)}" Type="${type}" PartOfGroup="${escapeMarkup(group)}" Color="${colour}"`;
  return `<Annotation ${attributes}><Coordinates>${points.join('')}</Coordinates></Annotation>\n`;
}

function groupXml(name: string, { colour, hasHoles }: Group): string {
  const group = `<Group Name="${escapeMarkup(name)}" PartOfGroup="${NO_GROUP}" Color="${colour}"><Attributes/></Group>\n`;
  if (!hasHoles) return group;
  const attributes = `Name="${escapeMarkup(holesGroupOf(name))}" PartOfGroup="${escapeMarkup(name)}" Color="${colour}"`;
  return `${group}<Group ${attributes}><Attributes><Attribute ${HOLES_ATTRIBUTE}="true"/></Attributes></Group>\n`;
}
