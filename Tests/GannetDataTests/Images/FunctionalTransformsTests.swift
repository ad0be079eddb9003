import GannetData
import GannetTensor
import TestSupport
import Testing

/// Changes of pictures, compared to torchvision's `transforms.v2.functional` on bytes.
struct FunctionalTransformsTests {
  let fixture: Fixture

  init() throws { fixture = try Fixture("images") }

  private func picture(_ name: String) -> RasterImage {
    let pixels = fixture.inputs(name).integers[0]
    let shape = pixels.shape
    return RasterImage(
      height: shape[1], width: shape[2], channels: shape[0],
      planes: pixels.scalars.map { UInt8($0) })
  }

  private func number(_ key: String, _ name: String) -> Double? {
    fixture.arguments(name)[key] as? Double
  }

  private func integer(_ key: String, _ name: String) -> Int? {
    fixture.arguments(name)[key] as? Int
  }

  /// Expects bytes that differ by at most `tolerance`; returns the number that differ.
  @discardableResult
  private func check(
    _ name: String, _ result: RasterImage, tolerance: Int = 0
  ) throws -> Int {
    let wanted = try #require(fixture.tensor("\(name)/output"))
    #expect(wanted.shape == [result.channels, result.height, result.width], "\(name)")
    let differences = zip(result.planes(channels: result.channels), wanted.scalars)
      .map { abs(Int($0) - Int($1)) }
    #expect(differences.max() ?? 0 <= tolerance, "\(name)")
    return differences.count { $0 > 0 }
  }

  private func names(_ prefix: String) -> [String] {
    let names = fixture.names.filter { $0.hasPrefix(prefix) }
    #expect(!names.isEmpty)
    return names
  }

  /// Exact beside Pillow, width first, and on tensors without antialiasing.
  @Test(arguments: [("resize_pillow", 0), ("resize_plain", 0), ("resize_antialiased", 1)])
  func resizing(kind: String, tolerance: Int) throws {
    for name in names(kind) {
      let result = picture(name).resized(
        height: try #require(integer("height", name)), width: try #require(integer("width", name)),
        antialias: try #require(fixture.arguments(name)["antialias"] as? Bool))
      try check(name, result, tolerance: tolerance)
    }
  }

  @Test func resizingOfTheShorterSide() throws {
    for name in names("resize_shorter") {
      let result = picture(name).resized(shorterSide: try #require(integer("side", name)))
      try check(name, result, tolerance: 1)
    }
  }

  @Test func crops() throws {
    for name in names("crop_") {
      func value(_ key: String) throws -> Int { try #require(integer(key, name)) }
      let result = picture(name).cropped(
        top: try value("top"), left: try value("left"), height: try value("height"),
        width: try value("width"))
      try check(name, result)
    }
    for name in names("center_crop_") {
      let result = picture(name).centerCropped(
        height: try #require(integer("height", name)), width: try #require(integer("width", name)))
      try check(name, result)
    }
  }

  @Test func flips() throws {
    try check("horizontal_flip", picture("horizontal_flip").flippedHorizontally())
    try check("vertical_flip", picture("vertical_flip").flippedVertically())
  }

  /// The nearest pixel is exact; a mean of four may be rounded otherwise where it is midway.
  @Test func rotations() throws {
    for name in names("rotate_") {
      let isBilinear = try #require(fixture.arguments(name)["bilinear"] as? Bool)
      let result = picture(name).rotated(
        by: try #require(number("angle", name)), interpolation: isBilinear ? .bilinear : .nearest,
        fill: integer("fill", name).map { UInt8($0) })
      let differing = try check(name, result, tolerance: isBilinear ? 1 : 0)
      #expect(differing <= result.pixels.count / 50, "\(name)")
    }
  }

  @Test func colours() throws {
    for name in names("brightness_") {
      try check(name, picture(name).adjustingBrightness(by: try #require(number("value", name))))
    }
    for name in names("contrast_") {
      try check(name, picture(name).adjustingContrast(by: try #require(number("value", name))))
    }
    for name in names("saturation_") {
      try check(name, picture(name).adjustingSaturation(by: try #require(number("value", name))))
    }
    for name in names("hue_") {
      try check(name, picture(name).adjustingHue(by: try #require(number("value", name))))
    }
  }

  @Test func grey() throws {
    try check("grayscale_1", picture("grayscale_1").grayscale())
    try check("grayscale_3", picture("grayscale_3").grayscale(channels: 3))
  }

  @Test func floats() throws {
    var image = FloatImage(picture("normalize"))
    image.normalize(mean: [0.485, 0.456, 0.406], standardDeviation: [0.229, 0.224, 0.225])
    #expect(image.pixels == (try #require(fixture.tensor("normalize/output"))).scalars)
    image = FloatImage(picture("erase"))
    image.erase(top: 2, left: 3, height: 5, width: 7) { [0.5, -1, 2][$0] }
    #expect(image.pixels == (try #require(fixture.tensor("erase/output"))).scalars)
    #expect(image.shape == [3, 13, 18])
  }

  @Test func mixtures() throws {
    let images = Tensor(FloatImage(picture("mixup")).pixels, shape: [6, 1, 5, 7])
    let batch = Batch(inputs: images, targets: IntTensor([0, 2, 1, 1, 0, 2], shape: [6]))
    for (name, mixed) in [
      ("mixup", mixUp(batch, weight: 0.3, classes: 3)),
      ("cutmix", cutMix(batch, rows: 1..<4, columns: 2..<6, classes: 3)),
    ] {
      #expect(mixed.inputs.shape == [6, 1, 5, 7])
      #expect(mixed.targets.shape == [6, 3])
      let wanted = try #require(fixture.tensor("\(name)/output"))
      #expect(mixed.inputs.scalars + mixed.targets.scalars == wanted.scalars, "\(name)")
    }
  }

  @Test func mistakes() async {
    expectMessage(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = RasterImage(height: 2, width: 2, pixels: [1])
      }, "RasterImage: 1 bytes don't make 2 rows of 2 pixels of 3 channels")
    expectMessage(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        _ = RasterImage(height: 1, width: 1, pixels: [1, 2, 3]).adjustingHue(by: 0.6)
      }, "RasterImage: hue 0.6 of a picture of 3 channels")
    expectMessage(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        var image = FloatImage(RasterImage(height: 1, width: 1, pixels: [1, 2, 3]))
        image.erase(top: 0, left: 0, height: 2, width: 1)
      }, "erase: 2 by 1 pixels at 0, 0 are not within [3, 1, 1]")
  }
}
