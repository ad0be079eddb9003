import Foundation
import Gannet
import Testing

@Suite("Serving", .serialized)
struct ServingTests {
  let folder: TemporaryFolder
  private let network: ResNet
  private let names = ["cat", "dog", "bird"]

  init() throws {
    folder = try TemporaryFolder()
    network = withRandomSeed(2) { ResNet.torchvision(depth: 18, classCount: 3) }
    try network.save(to: folder.url.appending(path: "model.safetensors"))
    try folder.write(names.joined(separator: "\n"), "model.txt")
  }

  private var arguments: [String] {
    [
      "--model", folder.path("model.safetensors"), "--classes", folder.path("model.txt"),
      "--port", "0", "--quick",
    ]
  }

  /// Runs `body` with a server and its port, and stops the server.
  private func withServer(
    _ options: [String] = [], _ body: (Program, UInt16) throws -> Void
  ) throws {
    let server = try Program("serving", arguments + options)
    defer {
      if server.process.isRunning { kill(server.process.processIdentifier, SIGKILL) }
      _ = try? server.outcome()
    }
    let start = ContinuousClock.now
    while true {
      let found = server.messages.matches(of: /listening on 127\.0\.0\.1:(\d+)\s/).first
      if let port = found.flatMap({ UInt16($0.1) }) { return try body(server, port) }
      let isLate = ContinuousClock.now - start > .seconds(60)
      try #require(server.process.isRunning && !isLate, "\(server.messages)")
      Thread.sleep(forTimeInterval: 0.05)
    }
  }

  /// The bytes of the picture that the tests send, `[40, 30, 3]`.
  private var pixels: [UInt8] {
    var stream = RandomStream(seed: 9)
    return (0..<40 * 30 * 3).map { _ in UInt8.random(in: 0...255, using: &stream) }
  }

  private var png: [UInt8] { Pictures.png(height: 40, width: 30, pixels: pixels) }

  private func json(_ height: Int, _ width: Int, _ pixels: [UInt8]) -> [UInt8] {
    Array("{\"height\": \(height), \"width\": \(width), \"pixels\": \(pixels)}".utf8)
  }

  @Test("answers PNG, JPEG and JSON by the network's own probabilities")
  func predictions() throws {
    struct Answer: Decodable, Equatable {
      struct Prediction: Decodable, Equatable {
        let name: String
        let probability: Float
      }
      let predictions: [Prediction]
    }
    let transforms = Transforms {
      Resize(height: 64, width: 64)
      Normalize.imageNet
    }
    var stream = RandomStream(seed: 0)
    let input = try transforms(
      RasterImage(height: 40, width: 30, pixels: pixels), using: &stream)
    let scores = network.evaluating { network(Tensor(input.pixels, shape: [1, 3, 64, 64])) }
    let probabilities = softmax(scores).flattened().scalars
    let order = probabilities.indices.sorted { probabilities[$0] > probabilities[$1] }

    try withServer { _, port in
      let health = try Connection.answer(port, "GET", "/health")
      #expect(health.status == 200 && health.body.contains("ok"), "\(health)")
      let bodies = [
        ("image/png", png), ("application/json; charset=utf-8", json(40, 30, pixels)),
        ("image/jpeg", Pictures.jpeg),
      ]
      let answers = try bodies.map { type, body in
        let answer = try Connection.answer(port, "POST", "/predict", type: type, body: body)
        try #require(answer.status == 200, "\(type): \(answer)")
        return try JSONDecoder().decode(Answer.self, from: Data(answer.body.utf8))
      }
      #expect(answers[0].predictions.map(\.name) == order.map { names[$0] })
      for (prediction, index) in zip(answers[0].predictions, order) {
        #expect(abs(prediction.probability - probabilities[index]) < 1e-4)
      }
      #expect(answers[1] == answers[0])
      #expect(answers[2] != answers[0] && answers[2].predictions.count == 3)
    }
  }

  @Test("answers bad requests by what was expected, and goes on")
  func badRequests() throws {
    try withServer(["--limit", "20000"]) { _, port in
      func expect(
        _ status: Int, _ words: String = "", _ type: String?, _ body: [UInt8],
        sourceLocation: SourceLocation = #_sourceLocation
      ) throws {
        let answer = try Connection.answer(port, "POST", "/predict", type: type, body: body)
        #expect(
          answer.status == status && answer.body.contains(words), "\(answer)",
          sourceLocation: sourceLocation)
      }
      try expect(415, "expected image", nil, png)
      try expect(415, "expected image", "text/plain", png)
      try expect(400, "neither a PNG nor a JPEG", "image/png", Array("no picture".utf8))
      try expect(400, "picture", "image/png", Array(png.prefix(100)))
      try expect(400, "neither", "image/jpeg", [])
      for body in [
        Array("no JSON".utf8), Array("{}".utf8), json(2, 2, [1]), json(0, 2, []),
        json(-1, -1, [1, 2, 3]), Array(#"{"height": 1, "width": 1, "pixels": [0, 1, 256]}"#.utf8),
        json(.max, .max, []),
      ] {
        try expect(400, "height", "application/json", body)
      }
      // A small file that declares 36 million pixels.
      let large = Pictures.png(
        height: 40, width: 30, pixels: pixels, declared: (height: 6_000, width: 6_000))
      try expect(400, "more than 25000000", "image/png", large)
      try expect(413, "20000", "image/png", [UInt8](repeating: 0, count: 20_001))
      #expect(try Connection.answer(port, "GET", "/nothing").status == 404)
      #expect(try Connection.answer(port, "GET", "/health").status == 200)
    }
  }

  @Test("a body of unknown length may not be too long, either")
  func chunkedBody() throws {
    try withServer(["--limit", "20000"]) { _, port in
      let connection = try Connection(port: port)
      let head = """
        POST /predict HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\
        Content-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n
        """
      try connection.send(head.utf8)
      let chunk = Array("2710\r\n".utf8) + [UInt8](repeating: 0, count: 10_000) + Array("\r\n".utf8)
      for _ in 0..<3 { try connection.send(chunk) }
      try connection.send("0\r\n\r\n".utf8)
      #expect(try connection.answer().status == 413)
    }
  }

  @Test("after SIGTERM it answers the request that has begun, and ends with the status 0")
  func gracefulStop() throws {
    try withServer { server, port in
      let (connection, body) = (try Connection(port: port), png)
      try connection.sendHead("POST", "/predict", type: "image/png", length: body.count)
      try connection.send(body.prefix(1_000))
      Thread.sleep(forTimeInterval: 1)
      kill(server.process.processIdentifier, SIGTERM)
      let start = ContinuousClock.now
      while (try? Connection(port: port)) != nil, ContinuousClock.now - start < .seconds(10) {
        Thread.sleep(forTimeInterval: 0.05)
      }
      #expect(throws: Connection.Failure.self) { _ = try Connection(port: port) }
      #expect(server.process.isRunning)
      try connection.send(body.dropFirst(1_000))
      let answer = try connection.answer()
      #expect(answer.status == 200 && answer.body.contains("predictions"), "\(answer)")
      let outcome = try server.outcome()
      #expect(outcome.status == 0, "\(outcome)")
      #expect(server.process.terminationReason == .exit)
    }
  }

  @Test("under load of four clients no request fails, and latencies are printed")
  func load() throws {
    try withServer { _, port in
      let picture = try folder.write(png, "picture.png")
      let output = try Program.run(
        "serving-load",
        [
          picture, "--url", "http://127.0.0.1:\(port)/predict", "--requests", "100",
          "--clients", "4", "--seconds", "60",
        ])
      print(output)
      #expect(output.number(after: "errors") == 0, "\(output)")
      let median = try #require(output.number(after: "median"))
      let slow = try #require(output.number(after: "99th percentile"))
      #expect(0 < median && median <= slow && slow < 5_000, "\(output)")
      // Errors are counted, and end the program with a status other than 0.
      let failing = try Program(
        "serving-load",
        [picture, "--url", "http://127.0.0.1:\(port)/nothing", "--quick"]
      ).outcome()
      #expect(failing.status == 1, "\(failing)")
      #expect(failing.output.number(after: "errors") == 20, "\(failing)")
    }
  }

  @Test("says what is wrong with its model, its classes and its port")
  func errors() throws {
    let model = ["--model", folder.path("model.safetensors")]
    try Program.expectError("serving", model, "--classes")
    try Program.expectError(
      "serving", model + ["--classes", folder.path("none.txt")], "none.txt")
    let two = try folder.write("cat\ndog\n", "two.txt")
    try Program.expectError("serving", model + ["--classes", two], "fc.weight")
    try withServer { _, port in
      try Program.expectError(
        "serving", arguments + ["--port", "\(port)"], "Address already in use")
    }
  }
}
