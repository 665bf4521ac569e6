import type { Architecture } from './architecture.ts';
import { EfficientNetLiteOptions, efficientNetLite } from './efficientnet-lite.ts';
import { FasterRcnnOptions, fasterRcnn } from './faster-rcnn.ts';
import { inceptionV3 } from './inception-v3.ts';
import { inceptionV3Unpadded } from './inception-v3-unpadded.ts';
import { architecture, NetworkOptions } from './options.ts';
import { RESNET_18, RESNET_50, resNet } from './resnet.ts';
import { UNetOptions, uNet } from './u-net.ts';
import { UNetSameOptions, uNetSame } from './u-net-same.ts';

/** Every architecture that can be built, by the name that a manifest states. */
export const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  'efficientnet-lite0': architecture(EfficientNetLiteOptions, efficientNetLite),
  'faster-rcnn-resnet-18-fpn': architecture(FasterRcnnOptions, fasterRcnn(RESNET_18)),
  'faster-rcnn-resnet-50-fpn': architecture(FasterRcnnOptions, fasterRcnn(RESNET_50)),
  'inception-v3': architecture(NetworkOptions, inceptionV3),
  'inception-v3-unpadded': architecture(NetworkOptions, inceptionV3Unpadded),
  'resnet-18': architecture(NetworkOptions, resNet(RESNET_18)),
  'resnet-50': architecture(NetworkOptions, resNet(RESNET_50)),
  'u-net': architecture(UNetOptions, uNet),
  'u-net-same': architecture(UNetSameOptions, uNetSame),
};
