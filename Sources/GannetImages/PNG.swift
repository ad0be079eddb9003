#if Images
import CPNG
import GannetData

/// PNG decoder by libpng's simplified API, which reports errors by return values; the full API uses
/// longjmp, which must not jump over Swift code.
enum PNG {
  static func decode(_ bytes: [UInt8], path: String, pixelLimit: Int) throws -> RasterImage {
    // libpng reads from this memory until the picture is finished, so it must outlive all calls.
    try withoutColourSpaces(bytes).withUnsafeBufferPointer {
      try decode($0, path: path, pixelLimit: pixelLimit)
    }
  }

  private static func decode(
    _ bytes: UnsafeBufferPointer<UInt8>, path: String, pixelLimit: Int
  ) throws -> RasterImage {
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    guard png_image_begin_read_from_memory(&image, bytes.baseAddress, bytes.count) != 0 else {
      throw fault(image, path)
    }
    let (height, width) = (Int(image.height), Int(image.width))
    // Deflate expands a byte to at most 1032, each of eight pixels of one bit.
    try RasterImage.check(
      height: height, width: width, fileSize: bytes.count, pixelsPerByte: 8 * 1032,
      pixelLimit: pixelLimit, path: path)

    let isWide = hasWideSamples(bytes)
    let hasAlpha = image.format & UInt32(PNG_FORMAT_FLAG_ALPHA) != 0
    image.format = UInt32(PNG_FORMAT_FLAG_COLOR)
    if isWide { image.format |= UInt32(PNG_FORMAT_FLAG_LINEAR) }
    if hasAlpha { image.format |= UInt32(PNG_FORMAT_FLAG_ALPHA) }
    let pixelSize = (hasAlpha ? 4 : 3) * (isWide ? 2 : 1)
    let samples = try [UInt8](capacity: height * width * pixelSize) { buffer in
      guard png_image_finish_read(&image, nil, buffer.baseAddress, 0, nil) != 0 else {
        throw fault(image, path)
      }
      return buffer.count
    }
    let pixels =
      isWide ? highBytes(samples, hasAlpha: hasAlpha) : hasAlpha ? onWhite(samples) : samples
    return RasterImage(height: height, width: width, pixels: pixels)
  }

  /// The orientation in the file's metadata.
  static func orientation(_ bytes: [UInt8]) -> Int? {
    var xmp: Int?
    for (type, range) in chunks(bytes) {
      switch type {
      case "eXIf":
        if let orientation = Orientation.inEXIF(bytes[range].dropFirst(8).dropLast(4)) {
          return orientation
        }
      case "iTXt":
        if bytes[range].dropFirst(8).starts(with: "XML:com.adobe.xmp\0".utf8) {
          xmp = xmp ?? Orientation.inXMP(bytes[range])
        }
      default: break
      }
    }
    return xmp
  }

  /// Type and byte range of each complete chunk, including its length and checksum.
  private static func chunks(_ bytes: [UInt8]) -> [(type: String, range: Range<Int>)] {
    var chunks: [(String, Range<Int>)] = []
    var start = 8
    while start + 12 <= bytes.count {
      let length = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
      let end = start + 12 + length
      guard end <= bytes.count else { break }
      chunks.append((String(decoding: bytes[start + 4..<start + 8], as: UTF8.self), start..<end))
      start = end
    }
    return chunks
  }

  /// The file without its colour space chunks (gAMA, cHRM, sRGB, iCCP and others), by which libpng
  /// would convert the samples, unlike other readers.
  ///
  /// Samples of 16 bits are declared as linear light, which libpng does not convert.
  private static func withoutColourSpaces(_ bytes: [UInt8]) -> [UInt8] {
    var result = Array(bytes.prefix(8))
    result.reserveCapacity(bytes.count + linearLight.count)
    var end = 8
    for (type, range) in chunks(bytes) {
      // Types that begin with a capital are critical chunks.
      if type == "tRNS" || (0x41...0x5a).contains(bytes[range.lowerBound + 4]) {
        result += bytes[range]
      }
      if type == "IHDR", hasWideSamples(bytes) { result += linearLight }
      end = range.upperBound
    }
    return result + bytes[end...]
  }

  /// A gAMA chunk of 100,000: exponent 1.
  private static let linearLight: [UInt8] = [
    0, 0, 0, 4, 0x67, 0x41, 0x4d, 0x41, 0, 1, 0x86, 0xa0, 0x31, 0xe8, 0x96, 0x5f,
  ]

  /// Whether the header declares 16 bits a sample.
  private static func hasWideSamples(_ bytes: some RandomAccessCollection<UInt8>) -> Bool {
    bytes.dropFirst(24).first == 16
  }

  /// The high bytes of samples of 16 bits, composited on white if there is alpha; libpng has
  /// premultiplied the colours.
  private static func highBytes(_ samples: [UInt8], hasAlpha: Bool) -> [UInt8] {
    samples.withUnsafeBytes { bytes in
      let values = bytes.bindMemory(to: UInt16.self)
      guard hasAlpha else { return values.map { UInt8($0 >> 8) } }
      return (0..<values.count / 4 * 3).map { index in
        let pixel = index / 3 * 4
        let sum = Int(values[pixel + index % 3]) + 65_535 - Int(values[pixel + 3])
        return UInt8(min(sum, 65_535) >> 8)
      }
    }
  }

  /// RGBA pixels composited on white, as by Pillow's `paste`.
  private static func onWhite(_ samples: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: samples.count / 4 * 3) { buffer, initialized in
      for pixel in 0..<samples.count / 4 {
        let alpha = Int(samples[4 * pixel + 3])
        for channel in 0..<3 {
          let sum = 255 * (255 - alpha) + Int(samples[4 * pixel + channel]) * alpha
          buffer[3 * pixel + channel] = UInt8((sum + 127) / 255)
        }
      }
      initialized = samples.count / 4 * 3
    }
  }

  private static func fault(_ image: png_image, _ path: String) -> FileError {
    let reason = withUnsafeBytes(of: image.message) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    return FileError(.corrupt, path: path, "the picture is damaged (libpng: \(reason))")
  }
}
#endif
