// A screenshot made small enough for the manual: the same pixels with few colours (PNG of a palette).
import { deflateSync, inflateSync } from "node:zlib";

const signature = Buffer.from("89504e470d0a1a0a", "hex");
const coloursAtMost = 96;

function chunksOf(png) {
  const chunks = [];
  for (let at = signature.length; at < png.length;) {
    const length = png.readUInt32BE(at);
    chunks.push({
      type: png.toString("latin1", at + 4, at + 8),
      data: png.subarray(at + 8, at + 8 + length),
    });
    at += length + 12;
  }
  return chunks;
}

function paeth(a, b, c) {
  const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

/** Rows of bytes as they were before their filters; 8 bits a channel, not interlaced. */
function pixelsOf(png) {
  const chunks = chunksOf(png);
  const head = chunks.find(({ type }) => type === "IHDR").data;
  const [width, height, depth, kind] = [
    head.readUInt32BE(0),
    head.readUInt32BE(4),
    head[8],
    head[9],
  ];
  const size = { 2: 3, 6: 4 }[kind];
  if (depth !== 8 || !size || head[12] !== 0) throw new Error("not a picture of a browser");
  const packed = chunks.filter(({ type }) => type === "IDAT").map(({ data }) => data);
  const raw = inflateSync(Buffer.concat(packed));
  const line = width * size;
  const pixels = Buffer.alloc(line * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (line + 1)];
    for (let x = 0; x < line; x++) {
      const at = y * line + x;
      const left = x >= size ? pixels[at - size] : 0;
      const up = y > 0 ? pixels[at - line] : 0;
      const corner = x >= size && y > 0 ? pixels[at - line - size] : 0;
      const more = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
      pixels[at] = raw[y * (line + 1) + 1 + x] + more;
    }
  }
  return { width, height, size, pixels };
}

/** The colours that most pixels have, of those that 32 steps a channel tell apart. */
function paletteOf({ pixels, size }) {
  const buckets = new Map();
  for (let at = 0; at < pixels.length; at += size) {
    const key = ((pixels[at] >> 3) << 10) | ((pixels[at + 1] >> 3) << 5) | (pixels[at + 2] >> 3);
    let bucket = buckets.get(key);
    if (!bucket) buckets.set(key, (bucket = new Map()));
    const colour = (pixels[at] << 16) | (pixels[at + 1] << 8) | pixels[at + 2];
    bucket.set(colour, (bucket.get(colour) ?? 0) + 1);
  }
  return [...buckets.values()]
    .map((bucket) => {
      const [colour] = [...bucket].sort((a, b) => b[1] - a[1])[0];
      return { colour, count: [...bucket.values()].reduce((all, one) => all + one, 0) };
    })
    .sort((a, b) => b.count - a.count)
    .slice(0, coloursAtMost)
    .map(({ colour }) => colour);
}

function nearestOf(palette) {
  const known = new Map();
  return (colour) => {
    const held = known.get(colour);
    if (held !== undefined) return held;
    let [best, least] = [0, Infinity];
    palette.forEach((one, at) => {
      const apart = [16, 8, 0]
        .map((shift) => ((one >> shift) & 255) - ((colour >> shift) & 255))
        .reduce((all, step) => all + step * step, 0);
      if (apart < least) [best, least] = [at, apart];
    });
    known.set(colour, best);
    return best;
  };
}

/** Of a chunk, as the format asks; node has one of its own only since 20.15. */
function crc32(bytes) {
  let rest = ~0;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
  }
  return ~rest >>> 0;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

export function small(png) {
  const picture = pixelsOf(png);
  const { width, height, size, pixels } = picture;
  const palette = paletteOf(picture);
  const nearest = nearestOf(palette);
  const lines = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * size;
      lines[y * (width + 1) + 1 + x] = nearest(
        (pixels[at] << 16) | (pixels[at + 1] << 8) | pixels[at + 2],
      );
    }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(
    palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]),
  );
  return Buffer.concat([
    signature,
    chunk("IHDR", head),
    chunk("PLTE", colours),
    chunk("IDAT", deflateSync(lines, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}
