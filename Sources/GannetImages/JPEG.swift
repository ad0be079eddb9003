import CTurboJPEG
import GannetData

/// Decoding by libjpeg-turbo's own interface, which reports errors by return values.
enum JPEG {
  static func decode(_ bytes: [UInt8], path: String) throws -> RasterImage {
    guard let decoder = tjInitDecompress() else { fatalError("libjpeg-turbo cannot start") }
    defer { tjDestroy(decoder) }
    var (width, height, subsampling, colorSpace): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
    guard
      tjDecompressHeader3(
        decoder, bytes, UInt(bytes.count), &width, &height, &subsampling, &colorSpace) == 0
    else { throw fault(decoder, path) }
    // A block of 64 pixels takes at least a bit, and with it half of one for its two colours.
    try RasterImage.check(
      height: Int(height), width: Int(width), fileSize: bytes.count, pixelsPerByte: 8 * 64,
      path: path)
    guard colorSpace != TJCS_CMYK.rawValue, colorSpace != TJCS_YCCK.rawValue else {
      throw FileError(.unsupported, path: path, "the picture's colours are for print (CMYK)")
    }

    // A picture that ends too early would else be filled up with grey, and a small file of a
    // million scans could take minutes.
    let flags = TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS
    let pixels = try [UInt8](capacity: Int(height) * Int(width) * 3) { buffer in
      let target = buffer.bindMemory(to: UInt8.self).baseAddress
      guard
        tjDecompress2(
          decoder, bytes, UInt(bytes.count), target, width, 0, height, Int32(TJPF_RGB.rawValue),
          Int32(flags)) == 0
      else { throw fault(decoder, path) }
      return buffer.count
    }
    return RasterImage(height: Int(height), width: Int(width), pixels: pixels)
  }

  private static func fault(_ decoder: tjhandle, _ path: String) -> FileError {
    let reason = tjGetErrorStr2(decoder).map { String(cString: $0) } ?? "no reason given"
    return FileError(.corrupt, path: path, "the picture is damaged (libjpeg-turbo: \(reason))")
  }
}
