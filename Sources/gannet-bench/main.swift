import GannetTensor

let a = Tensor((0..<12).map { Float($0) }, shape: [3, 4]).requiringGradient()
let b = Tensor([1, 2, 3, 4], shape: [4]).requiringGradient()
let y = exp(a * 0.1 + b * 0.01) / (b + 1)
print(y)
print(y.sum())
y.sum().backward()
print(a.gradient!, b.gradient!)
let x = Tensor(2).requiringGradient()
let z = x * x * x
let g = gradients(of: z, withRespectTo: [x], recording: true)[0]
print(g, gradients(of: g, withRespectTo: [x])[0])
var n = Tensor(normal: [1000, 100])
print(n.mean(), (n * n).mean(), Tensor(uniform: [1000]).mean())
var c = Tensor(1).requiringGradient()
var w = c
for _ in 0..<200_000 { w = w * 1.0001 + 0 }
w.backward()
print(c.gradient!)
print(matmul(a, a.transposed()), matmul(a.transposed(), a).shape)
