import { isTechnicalAperio, technicalProperties } from '@gigascope/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';

/** As scanners of 7 makers write them. */
const IDENTIFYING = {
  'aperio.ScanScope ID': 'CPAPERIOCS',
  'aperio.User': 'b414003d-95c6-48b0-9369-8010ed517ba7',
  'aperio.Date': '12/29/09',
  'aperio.Time': '09:59:15',
  'aperio.Filename': 'CMU-1',
  'aperio.Title': 'Jane Doe',
  'aperio.Barcode': '1234567',
  'aperio.ImageID': '1004486',
  'openslide.comment': 'Aperio|Filename = Jane Doe',
  'tiff.ImageDescription': 'Jane Doe',
  'tiff.DateTime': '2009:12:29 09:59:15',
  'tiff.Artist': 'J. Doe',
  'tiff.HostComputer': 'scanner-3',
  'dicom.PatientName': 'Doe^Jane',
  'dicom.PatientID': '4711',
  'dicom.PatientBirthDate': '19500101',
  'dicom.AccessionNumber': '12',
  'dicom.ContainerIdentifier': '20',
  'dicom.BarcodeValue': '99',
  'hamamatsu.Reference': 'Doe',
  'hamamatsu.Created': '2009/12/31',
  'hamamatsu.NDP.S/N': '000123',
  'mirax.GENERAL.SLIDE_NAME': 'Doe, Jane',
  'mirax.GENERAL.SLIDE_ID': '12345',
  'mirax.GENERAL.PROJECT_NAME': 'Doe',
  'mirax.GENERAL.SLIDE_CREATIONDATETIME': '01/01/2026 12:00:00',
  'leica.barcode': 'QjEyMzQ1',
  'leica.creation-date': '2010-01-01T00:00:00Z',
  'philips.PIM_DP_UFS_BARCODE': '123',
  'philips.DICOM_ACQUISITION_DATETIME': '20160718122300',
  'philips.DICOM_DEVICE_SERIAL_NUMBER': '1',
  'ventana.BuildDate': 'Feb 15 2011',
  'ventana.UserName': 'jdoe',
  'ventana.Barcode1D': '1',
  'a key of tomorrow': '1',
};
const TECHNICAL = {
  'openslide.vendor': 'aperio',
  'openslide.mpp-x': '0.499',
  'openslide.level[0].downsample': '1',
  'openslide.objective-power': '20',
  'openslide.background-color': 'FFFFFF',
  'aperio.AppMag': '20',
  'aperio.MPP': '0.4990',
  'tiff.ResolutionUnit': 'inch',
  'hamamatsu.SourceLens': '20',
  'mirax.GENERAL.OBJECTIVE_MAGNIFICATION': '20',
  'mirax.LAYER_0_LEVEL_0_SECTION.MICROMETER_PER_PIXEL_X': '0.23',
  'leica.objective': '20',
  'dicom.Rows': '256',
};

test(`of ${Object.keys(IDENTIFYING).length} identifying properties none is kept, of ${Object.keys(TECHNICAL).length} technical ones all`, () => {
  expect(technicalProperties({ ...IDENTIFYING, ...TECHNICAL })).toEqual(TECHNICAL);
});

test('a technical key with a name for its value is not kept', () => {
  const keys = Object.keys(TECHNICAL);
  expect(technicalProperties(Object.fromEntries(keys.map((key) => [key, 'Doe, Jane *1950'])))).toEqual({});
  expect(technicalProperties({ 'openslide.vendor': 'JaneDoe', 'aperio.MPP': 'Jane' })).toEqual({});
});

test('no key or value whatsoever is kept that no one listed', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string()), (properties) => {
      expect(technicalProperties(properties)).toEqual({});
    }),
  );
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }).filter((text) => /\p{L}{3}/u.test(text)),
      (value) => {
        expect(isTechnicalAperio('AppMag', value)).toBe(false);
      },
    ),
  );
});
