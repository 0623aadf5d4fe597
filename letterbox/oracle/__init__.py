"""The oracle: a second, slow reading of the regime that judges what the product did.

It imports nothing of the product and of no library; it knows only an exported log (``letterbox.oracle.log``) and the
regime, written down here once more. Where product and oracle differ, one of the two is wrong, and a person looks.
"""
