// What somebody has sent, without what a file says of itself: where and when a picture was taken, by what, and a smaller
// picture of what was cut away.
import sharp from 'sharp'

/** A telephone shows no more, and a face in the background has fewer points. */
const LONGEST_SIDE = 1600
/** More points than any telephone takes: a file that claims more is meant to fill the memory. */
const MOST_POINTS = 60_000_000
const QUALITY = 80

/**
 * The picture drawn anew as JPEG, turned as it was to be seen; of all that stood beside its points nothing is left.
 * Undefined when it is no picture.
 */
export async function redrawn(bytes: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    return await sharp(bytes, { limitInputPixels: MOST_POINTS, failOn: 'error' })
      .autoOrient()
      .resize({ width: LONGEST_SIDE, height: LONGEST_SIDE, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .jpeg({ quality: QUALITY })
      .toBuffer()
  } catch {
    return undefined
  }
}
