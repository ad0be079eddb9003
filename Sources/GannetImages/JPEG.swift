#if Images
import CTurboJPEG
import GannetData

/// JPEG decoder by libjpeg-turbo's own API, which reports errors by return values.
enum JPEG {
  static func decode(_ bytes: [UInt8], path: String, pixelLimit: Int) throws -> RasterImage {
    guard let decoder = tjInitDecompress() else { fatalError("libjpeg-turbo cannot start") }
    defer { tjDestroy(decoder) }
    var (width, height, subsampling, colorSpace): (Int32, Int32, Int32, Int32) = (0, 0, 0, -1)
    // Warnings about the header are ignored.
    tjDecompressHeader3(
      decoder, bytes, UInt(bytes.count), &width, &height, &subsampling, &colorSpace)
    guard width > 0, height > 0, colorSpace >= 0 else { throw fault(decoder, bytes, path) }
    // A block of 64 pixels takes at least a bit, and half a bit for its two colour components.
    try RasterImage.check(
      height: Int(height), width: Int(width), fileSize: bytes.count, pixelsPerByte: 8 * 64,
      pixelLimit: pixelLimit, path: path)

    let isForPrint = [TJCS_CMYK.rawValue, TJCS_YCCK.rawValue].contains(UInt32(colorSpace))
    let format = isForPrint ? TJPF_CMYK : TJPF_RGB
    let samples = try [UInt8](
      capacity: Int(height) * Int(width) * (isForPrint ? 4 : 3)
    ) { buffer in
      let target = buffer.bindMemory(to: UInt8.self).baseAddress
      // Limits scans: a small file with a million of them could take minutes.
      let status = tjDecompress2(
        decoder, bytes, UInt(bytes.count), target, width, 0, height, Int32(format.rawValue),
        Int32(TJFLAG_LIMITSCANS))
      guard status == 0 || isWhole(bytes, reason: reason(decoder)) else {
        throw fault(decoder, bytes, path)
      }
      return buffer.count
    }
    return RasterImage(
      height: Int(height), width: Int(width), pixels: isForPrint ? fromInk(samples) : samples)
  }

  /// The orientation in the file's metadata.
  static func orientation(_ bytes: [UInt8]) -> Int? {
    var (exif, xmp): (Int?, Int?)
    forEachSegment(bytes) { marker, content in
      guard marker == 0xe1 else { return }
      for (prefix, find) in [
        ("Exif\0\0", Orientation.inEXIF), ("http://ns.adobe.com/xap/1.0/\0", Orientation.inXMP),
      ] where content.starts(with: prefix.utf8) {
        let found = find(content.dropFirst(prefix.utf8.count))
        if prefix == "Exif\0\0" { exif = exif ?? found } else { xmp = xmp ?? found }
      }
    }
    return exif ?? xmp
  }

  /// Whether a picture is complete in spite of a warning or an error; the decoder fills missing
  /// parts with grey.
  ///
  /// - Parameter reason: The decoder's first warning, or the error that ended it.
  private static func isWhole(_ bytes: [UInt8], reason: String) -> Bool {
    let isWarning = [
      "Corrupt JPEG data: ", "Warning: ", "Inconsistent progression", "Unknown Adobe color",
      "Invalid SOS parameters",
    ].contains { reason.hasPrefix($0) }
    return isWarning && !reason.contains("premature end of data")
      && forEachSegment(bytes) { _, _ in }
  }

  /// Calls `body` with each segment's marker and content; returns whether the end marker comes.
  @discardableResult
  private static func forEachSegment(
    _ bytes: [UInt8], _ body: (UInt8, ArraySlice<UInt8>) -> Void
  ) -> Bool {
    var place = 2
    while let start = bytes[min(place, bytes.count)...].firstIndex(of: 0xff),
      let marker = bytes[start...].firstIndex(where: { $0 != 0xff })
    {
      place = marker + 1
      switch bytes[marker] {
      case 0xd9: return true
      case 0, 1, 0xd0...0xd8: break  // within the pixels' data, or a segment without a length
      default:
        guard marker + 2 < bytes.count else { return false }
        let end = marker + 1 + max(2, Int(bytes[marker + 1]) << 8 | Int(bytes[marker + 2]))
        guard end <= bytes.count else { return false }
        body(bytes[marker], bytes[marker + 3..<end])
        place = end
      }
    }
    return false
  }

  /// RGB from CMYK as Adobe's programs store it, inverted, as by Pillow's `convert("RGB")`.
  private static func fromInk(_ samples: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: samples.count / 4 * 3) { buffer, initialized in
      for pixel in 0..<samples.count / 4 {
        let light = Int(samples[4 * pixel + 3])
        for channel in 0..<3 {
          let ink = 255 - Int(samples[4 * pixel + channel])
          buffer[3 * pixel + channel] = UInt8(light - (ink * light + 127) / 255)
        }
      }
      initialized = samples.count / 4 * 3
    }
  }

  private static func reason(_ decoder: tjhandle) -> String {
    tjGetErrorStr2(decoder).map { String(cString: $0) } ?? "no reason given"
  }

  private static func fault(_ decoder: tjhandle, _ bytes: [UInt8], _ path: String) -> FileError {
    let fault = forEachSegment(bytes) { _, _ in } ? "is damaged" : "ends too early"
    return FileError(
      .corrupt, path: path, "the picture \(fault) (libjpeg-turbo: \(reason(decoder)))")
  }
}
#endif
