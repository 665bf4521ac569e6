export { copyPlane, type Plane } from './copy-plane.ts';
