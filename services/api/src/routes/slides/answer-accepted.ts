import { paths, type Slide } from '@gigascope/contracts/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../../context.ts';
import { presentSlide } from '../../present/slide.ts';
import { acceptSlide } from '../../uploads/accept-slide.ts';
import { expectedSha256 } from '../../uploads/digest-header.ts';
import { referencesOfHeaders } from '../../uploads/lab-references.ts';
import type { UploadBody } from '../../uploads/open-body.ts';

/** Takes in what one request brings: 201 with a new slide, 200 with the one that has these bytes already. */
export async function answerAccepted(
  context: Context,
  { tenantId, raw }: FastifyRequest,
  reply: FastifyReply,
  opened: UploadBody | Promise<UploadBody>,
): Promise<Slide> {
  const stated = { expectedSha256: expectedSha256(raw.headers), references: referencesOfHeaders(raw.headers) };
  const { slide, isNew } = await acceptSlide(context, { tenantId, body: await opened, ...stated });
  void reply.code(isNew ? 201 : 200).header('location', paths.slide(slide.id));
  return presentSlide(slide);
}
