// Reads the packets that sim/viewer/citymap/protocol.py writes.

export const VERSION = 1;
export const GROUND = 1, FRAME = 2, PEOPLE = 3;
const TYPES = { 1: Uint8Array, 2: Uint16Array, 3: Uint32Array, 4: Float32Array, 5: Float64Array };
const HEAD = 24, ENTRY = 16;

// A DataView or typed array of a message need not begin where a Float64Array may: its bytes are copied once.
function bytesOf(data) {
  if (data instanceof ArrayBuffer) return data;
  return data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
}

// {kind, t, serial, text, arrays}; throws when it is no packet, or one of another version.
export function unpack(data) {
  const buffer = bytesOf(data), view = new DataView(buffer);
  const magic = buffer.byteLength < HEAD ? "" : String.fromCharCode(...new Uint8Array(buffer, 0, 4));
  if (magic !== "LDMP") throw new Error("not a packet of the map");
  const version = view.getUint16(4, true);
  if (version !== VERSION) throw new Error(`a packet of version ${version}; this page reads version ${VERSION}`);
  const packet = { kind: view.getUint16(6, true), t: view.getFloat64(8, true), serial: view.getUint32(16, true), text: {}, arrays: {} };
  for (let i = 0, n = view.getUint32(20, true); i < n; i++) {
    const at = HEAD + ENTRY * i;
    const name = String.fromCharCode(...new Uint8Array(buffer, at, 4));
    const code = view.getUint32(at + 4, true), offset = view.getUint32(at + 8, true), length = view.getUint32(at + 12, true);
    if (code === 0) packet.text = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, offset, length)));
    else packet.arrays[name] = new TYPES[code](buffer, offset, length / TYPES[code].BYTES_PER_ELEMENT);
  }
  return packet;
}
