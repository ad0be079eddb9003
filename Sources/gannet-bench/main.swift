print("gannet-bench")
