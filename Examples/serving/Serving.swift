// Serves an image classifier by HTTP: a ResNet-18 with the weights and the names of the classes that
// the example fine-tuning writes, or with torchvision's.
import ArgumentParser
import Foundation
import Gannet
import GannetImages
import Hummingbird
import Synchronization

@main
struct Serving: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serving", abstract: "Serves an image classifier by HTTP.")

  @Option(help: "The weights of a ResNet-18 under torchvision's names.")
  var model: String
  @Option(help: "The names of its classes, one a line.")
  var classes: String
  @Option(help: "The address to listen at.")
  var host = "127.0.0.1"
  @Option(help: "The port to listen at; 0 takes a free one.")
  var port: UInt16 = 8080
  @Option(help: "The largest body of a request, in bytes.")
  var limit = 5_000_000
  @Flag(help: "Bring pictures to 64 by 64 instead of 224 by 224, to see that all is well.")
  var quick = false

  func validate() throws {
    guard limit > 0 else { throw ValidationError("Give a --limit from 1.") }
  }

  func run() async throws {
    let classifier = try Classifier(model: model, classes: classes, size: quick ? 64 : 224)
    let limit = limit
    let router = Router()
    router.get("health") { _, _ in ["status": "ok"] }
    router.post("predict") { request, _ in
      try await classifier.answer(to: picture(in: request, limit: limit))
    }
    let application = Application(
      router: router,
      // Who sends nothing for so long is disconnected.
      server: .http1(configuration: .init(idleTimeout: .seconds(30))),
      configuration: .init(address: .hostname(host, port: Int(port))))
    // Ends at SIGTERM or Ctrl-C: takes no more connections, answers what has begun, and returns.
    try await application.runService()
  }
}

/// The picture in a request: a PNG or JPEG file, or its pixels in JSON.
func picture(in request: Request, limit: Int) async throws -> RasterImage {
  if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit {
    throw HTTPError(.contentTooLarge, message: "The body has more than \(limit) bytes.")
  }
  // A body of unknown length that is too long is answered by 413, too.
  let body = try await request.body.collect(upTo: limit)
  let bytes = [UInt8](body.readableBytesView)
  let type = request.headers[.contentType] ?? ""
  switch type.prefix(while: { $0 != ";" }).lowercased() {
  case "image/png", "image/jpeg":
    do {
      // A small file can declare a picture that fills the memory.
      return try RasterImage(decoding: bytes, appliesOrientation: true, pixelLimit: 25_000_000)
    } catch {
      throw HTTPError(.badRequest, message: "\(error)")
    }
  case "application/json":
    guard let pixels = try? JSONDecoder().decode(Pixels.self, from: Data(bytes)),
      let image = pixels.image
    else {
      let form = #"{"height": H, "width": W, "pixels": [red, green, blue, and so on, row by row]}"#
      throw HTTPError(.badRequest, message: "Expected \(form), sizes to 4096 and colours to 255.")
    }
    return image
  default:
    throw HTTPError(
      .unsupportedMediaType,
      message: "Content-Type is \"\(type)\", expected image/png, image/jpeg or application/json.")
  }
}

/// A picture in JSON.
struct Pixels: Decodable {
  let height: Int
  let width: Int
  let pixels: [UInt8]

  /// nil where the sizes do not fit.
  var image: RasterImage? {
    let sizes = 1...4_096
    guard sizes.contains(height), sizes.contains(width), pixels.count == height * width * 3 else {
      return nil
    }
    return RasterImage(height: height, width: width, pixels: pixels)
  }
}

/// The answer to a picture: its most probable classes.
struct Answer: ResponseEncodable {
  struct Prediction: Encodable {
    let name: String
    let probability: Float
  }
  let predictions: [Prediction]
}

/// A prepared network, which several requests may ask at once.
final class Classifier: Sendable {
  private let names: [String]
  private let predictor: Predictor
  private let transforms: Transforms
  // Predictions run one after the other, each on all threads, apart from those that serve requests.
  private let queue = DispatchQueue(label: "predictions")
  private let waiting = Atomic<Int>(0)

  init(model: String, classes: String, size: Int) throws {
    guard let text = try? String(contentsOf: URL(filePath: classes), encoding: .utf8) else {
      throw FileError(.unreadable, path: classes, "this cannot be read as text in UTF-8")
    }
    names = text.split(whereSeparator: \.isNewline).map(String.init)
    let network = ResNet.torchvision(depth: 18, classCount: max(1, names.count))
    try network.load(from: URL(filePath: model))
    predictor = try Predictor(network, example: Tensor(zeros: [1, 3, size, size]))
    transforms = Transforms {
      Resize(height: size, width: size)
      Normalize.imageNet
    }
  }

  func answer(to picture: RasterImage) async throws -> Answer {
    defer { waiting.wrappingSubtract(1, ordering: .relaxed) }
    guard waiting.wrappingAdd(1, ordering: .relaxed).newValue <= 64 else {
      throw HTTPError(
        .serviceUnavailable, headers: [.retryAfter: "1"], message: "Too many requests wait.")
    }
    var stream = RandomStream(seed: 0)
    let input = try transforms(picture, using: &stream)
    return await withCheckedContinuation { continuation in
      queue.async { [self] in
        let batch = Tensor(input.pixels, shape: Shape([1] + input.shape))
        let best = softmax(predictor(batch)).flattened().topK(min(3, names.count))
        let predictions = zip(best.indices.scalars, best.values.scalars).map { index, value in
          Answer.Prediction(name: names[Int(index)], probability: value)
        }
        continuation.resume(returning: Answer(predictions: predictions))
      }
    }
  }
}
