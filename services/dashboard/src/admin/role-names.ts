/** In the order of what they may do; an operator runs the installation and belongs to no laboratory. */
export const LABORATORY_ROLES = ['uploader', 'viewer', 'reviewer', 'adjudicator', 'lab-admin'] as const;
